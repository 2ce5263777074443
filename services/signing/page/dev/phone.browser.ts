// Going on at a phone: two pages of a real Chromium play the desktop and the phone.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  accessibilityFaults,
  dark,
  DESKTOP,
  draw,
  drawByTouch,
  pagesDrawn,
  PHONE,
  shoot,
  Stage,
} from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});
afterEach(async () => {
  await stage.clearContexts();
  stage.fixture.held.clear();
});
afterAll(async () => {
  await stage.strike();
});

const NAME = 'Continue on your phone';
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const offer = (page: Page) => page.getByRole('button', { name: NAME, exact: true });
const dialog = (page: Page) => page.getByRole('dialog', { name: NAME });

/** What stands in the dialog as text is what the code holds: the unit tests read the code itself. */
async function linkOf(page: Page): Promise<string> {
  await dialog(page).getByRole('img', { name: 'QR code with your link to this document' }).waitFor();
  return dialog(page).getByRole('textbox', { name: 'Or open this link there' }).inputValue();
}

/** The phone that read the code. */
async function phoneAt(link: string): Promise<Page> {
  expect(link.startsWith(stage.origin)).toBe(true);
  const { page } = await stage.open('phone', PHONE);
  await pagesDrawn(page);
  return page;
}

async function signByTouch(page: Page): Promise<void> {
  await page.locator('.field-sign').first().click();
  await drawByTouch(page);
  await press(page, 'I sign this');
  await page.locator('.actions .button-main', { hasText: 'Submit' }).click();
}

describe('a desktop', () => {
  it('shows the code, follows the phone live, and ends with it', async () => {
    const { page, complaints } = await stage.open('phone', DESKTOP);
    await pagesDrawn(page);
    await offer(page).first().click();
    const link = await linkOf(page);
    await dialog(page).getByText('Waiting for your phone…').waitFor();
    await page.waitForTimeout(300);
    await shoot(page, 'phone-1-code-desktop');
    expect(await accessibilityFaults(page)).toEqual([]);
    const phone = await phoneAt(link);
    expect(await offer(phone).count()).toBe(0);
    await dialog(page).getByText('The document is open on your phone. Go on there.').waitFor();
    await signByTouch(phone);
    await page.waitForURL('**/thankYouPage.html?result=mobile');
    await phone.waitForURL('**/thankYouPage.html?result=success');
    expect(complaints).toEqual([]);
  });

  it('ends with a cancel on the phone, whatever is open on it', async () => {
    const { page } = await stage.open('phone', DESKTOP);
    await pagesDrawn(page);
    await offer(page).first().click();
    const link = await linkOf(page);
    await page.keyboard.press('Escape');
    expect(await dialog(page).count()).toBe(0);
    await page.locator('.field-sign').first().click();
    await draw(page);
    const phone = await phoneAt(link);
    await press(phone, 'More');
    await press(phone, 'Cancel');
    await press(phone, 'Cancel the signing');
    await phone.waitForURL('**/thankYouPage.html?result=close');
    await page.waitForURL('**/thankYouPage.html?result=close');
  });

  it('that signs by itself after all ends by itself', async () => {
    const { page } = await stage.open('phone', DESKTOP);
    await pagesDrawn(page);
    await offer(page).first().click();
    await linkOf(page);
    await press(page, 'Back');
    await page.locator('.field-sign').first().click();
    await draw(page);
    await press(page, 'I sign this');
    await offer(page).first().click();
    await dialog(page).getByText('What you filled in or drew here stays here').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.actions .button-main', { hasText: 'Submit' }).click();
    await page.waitForURL('**/thankYouPage.html?result=success');
  });

  it.each([
    ['dark', dark(DESKTOP)],
    ['narrow', { ...DESKTOP, width: 390, height: 844 }],
    ['narrow-dark', dark({ ...DESKTOP, width: 390, height: 844 })],
  ])('has the code in its menu and within its window: %s', async (name, look) => {
    const { page } = await stage.open('phone.sk', look);
    await pagesDrawn(page);
    await press(page, 'Viac');
    await page.locator('.menu').getByRole('button', { name: 'Pokračovať v telefóne' }).click();
    await page.locator('svg.qr').waitFor();
    await page.waitForTimeout(300);
    await shoot(page, `phone-2-code-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(look.width);
  });

  it('leads on from the pad where the mouse may not sign', async () => {
    const { page } = await stage.open('finger', DESKTOP);
    await pagesDrawn(page);
    await page.locator('.field-sign').first().click();
    await draw(page);
    await shoot(page, 'phone-3-pad-desktop');
    await page.locator('.pad').getByRole('button', { name: NAME }).click();
    await linkOf(page);
  });

  it('in a frame tells the page around it the same result', async () => {
    const { page } = await stage.open('ended.signed', DESKTOP);
    await page.route('**/around.html', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<!doctype html><title>Shop</title><script>
          window.told = []; addEventListener('message', (event) => told.push(event.data));
          </script><iframe width="1300" height="800" src="/viewDocument?id=phone#s=sample-token"></iframe>`,
      }),
    );
    await page.goto(`${stage.origin}/around.html`);
    const frame = page.frameLocator('iframe');
    await frame.locator('.sheet:first-child canvas.picture').waitFor();
    await frame.getByRole('button', { name: NAME }).first().click();
    await frame.locator('svg.qr').waitFor();
    const phone = await phoneAt(stage.origin);
    await signByTouch(phone);
    await frame.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(await page.evaluate(() => (window as unknown as { told: unknown[] }).told)).toEqual([
      { source: 'okdokument', event: 'opened' },
      { source: 'okdokument', event: 'signed', result: 'mobile' },
    ]);
  });
});

it('no phone is offered where the sender wants none', async () => {
  const { page } = await stage.open('nophone', DESKTOP);
  await pagesDrawn(page);
  await press(page, 'More');
  await page.getByRole('button', { name: 'What is kept' }).waitFor();
  expect(await offer(page).count()).toBe(0);
});
