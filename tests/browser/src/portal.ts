// A tenant admin at work in the portal.
import type { Page } from 'playwright-core';
import { shoot } from './browser.ts';
import type { Stack } from './stack.ts';

export const PASSWORD = 'a long pass phrase of words';

const press = async (page: Page, name: string | RegExp): Promise<void> => {
  await page.getByRole('button', { name }).first().click();
};

/** Signs up, confirms the address by the link in the outbox and the password, which signs in. */
export async function signUp(page: Page, stack: Stack, email: string): Promise<void> {
  await page.goto(`${stack.portal}/sign-up`);
  await page.getByLabel('Company').fill('Tatra Leasing');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await shoot(page, 'portal-1-sign-up');
  await press(page, /sign up|create/i);
  await page.waitForURL('**/check-mail**');
  const text = await stack.messageTo(email);
  const link = /https?:\S+#token=\S+/.exec(text)?.[0];
  if (link === undefined) throw new Error(`no link in: ${text}`);
  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await press(page, 'Confirm and sign in');
  await page.getByRole('heading', { name: 'Home' }).waitFor();
}

/** Activates the API with a key pair made in the browser. */
export async function activate(page: Page, stack: Stack): Promise<void> {
  await page.goto(`${stack.portal}/activation`);
  await page.getByLabel('I agree').check();
  await page.getByRole('radio', { name: 'Do not keep it' }).click();
  await press(page, 'Make the key pair');
  await page.getByText('BEGIN PRIVATE KEY').waitFor({ timeout: 60_000 });
  await page.getByLabel('I have stored it').check();
  await shoot(page, 'portal-2-activation');
  await press(page, 'Activate the API');
  await page.getByText('The API is active').first().waitFor();
}

/** The number that Home shows. */
export async function balanceOnHome(page: Page, stack: Stack): Promise<string> {
  await page.goto(`${stack.portal}/`);
  await page.getByText('Signature requests left').waitFor();
  const bar = page.getByLabel(/available, .* held, .* used/);
  const label = (await bar.first().getAttribute('aria-label')) ?? '';
  return label.split(' ')[0] ?? '';
}

/** Buys the bundle of 100 through the sandbox's Checkout page. */
export async function buyHundred(page: Page, stack: Stack): Promise<void> {
  await page.goto(`${stack.portal}/billing`);
  await shoot(page, 'portal-3-billing');
  await page.getByRole('button', { name: /^Buy 100 / }).click();
  await page.waitForURL(`${stack.sandbox}/**`);
  await shoot(page, 'portal-4-checkout');
  await page.getByRole('button', { name: /^Pay €/ }).click();
  await page.waitForURL(`${stack.portal}/billing/return**`);
  await page.getByRole('heading', { name: 'Paid' }).waitFor({ timeout: 60_000 });
  await shoot(page, 'portal-5-paid');
}

/** Issues a live key and returns it, as it is shown once. */
export async function issueLiveKey(page: Page, stack: Stack): Promise<string> {
  await page.goto(`${stack.portal}/api-keys?mode=live`);
  await press(page, 'Create key');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('CRM production');
  await dialog.getByRole('button', { name: 'Create key' }).click();
  return await shownKey(page);
}

/** Rotates the key with an overlap of an hour; returns the new one. */
export async function rotate(page: Page): Promise<string> {
  await press(page, 'Rotate: CRM production');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('1 hour').check();
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  return await shownKey(page);
}

async function shownKey(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  const key = await dialog
    .getByText(/^okd_live_/)
    .first()
    .textContent();
  await shoot(page, 'portal-6-key');
  await dialog.getByRole('button', { name: 'I have stored it' }).click();
  await dialog.waitFor({ state: 'detached' });
  return (key ?? '').trim();
}
