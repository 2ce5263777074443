// After Submit: a copy as a download or by mail, and the way on that waits for whoever reaches for one.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  accessibilityFaults,
  dark,
  DESKTOP,
  draw,
  pagesDrawn,
  PHONE,
  shoot,
  Stage,
  type Look,
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

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const address = (page: Page) => page.getByRole('textbox', { name: 'Or have it mailed to this address' });

async function signed(look: Look): Promise<Page> {
  const { page } = await stage.open('phone', look);
  await pagesDrawn(page);
  await page.locator('.field-sign').first().click();
  await draw(page);
  await press(page, 'I sign this');
  await page.locator('.actions .button-main', { hasText: 'Submit' }).click();
  await page.getByRole('heading', { name: 'Signed' }).waitFor();
  return page;
}

it('is downloaded under the name of the document', async () => {
  const page = await signed(PHONE);
  const download = page.waitForEvent('download');
  await press(page, 'Download a copy');
  expect((await download).suggestedFilename()).toBe('Zmluva o lízingu 2291.pdf');
});

it.each([
  ['phone', PHONE],
  ['desktop-dark', dark(DESKTOP)],
] as const)('is mailed, and the page stays meanwhile: %s', async (name, look) => {
  const page = await signed(look);
  await shoot(page, `copy-1-signed-${name}`);
  await address(page).fill('jana');
  await page.keyboard.press('Enter');
  await page.getByText('This is no e-mail address. Check it and try again.').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await address(page).fill(' jana@example.sk ');
  await press(page, 'Mail me a copy');
  await page.getByText('The copy is on its way to jana@example.sk.').waitFor();
  expect(stage.fixture.held.get('phone')?.copies).toEqual(['jana@example.sk']);
  await shoot(page, `copy-2-mailed-${name}`);
  expect(await accessibilityFaults(page)).toEqual([]);
  // Longer than the page lingers where nobody reaches for a copy.
  await page.waitForTimeout(6_500);
  await page.getByText('Press “Continue” when you are ready.').waitFor();
  await press(page, 'Continue');
  await page.waitForURL('**/thankYouPage.html?result=success');
});

it('is mailed only so often, and can still be downloaded', async () => {
  const page = await signed(DESKTOP);
  for (const to of ['a@x.sk', 'b@x.sk', 'c@x.sk']) {
    await address(page).fill(to);
    await press(page, 'Mail me a copy');
    await page.getByText(`on its way to ${to}`).waitFor();
  }
  await address(page).fill('d@x.sk');
  await press(page, 'Mail me a copy');
  await page.getByText('Enough copies were mailed for now. You can download one.').waitFor();
});
