// Codes before the document and before Submit, in a real Chromium.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, dark, DESKTOP, draw, pagesDrawn, PHONE, shoot, Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});
afterEach(async () => {
  await stage.clearContexts();
  stage.fixture.held.clear();
  stage.fixture.codes.clear();
});
afterAll(async () => {
  await stage.strike();
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const boxes = (page: Page) => page.getByRole('textbox', { name: 'Verification code (6 digits)' });

/** As a person pastes who copied more than the code. */
async function paste(page: Page, text: string): Promise<void> {
  await boxes(page).focus();
  await page.keyboard.insertText(text);
}

describe('a code to open', () => {
  it('is sent on the button, pasted with what stands around it, and opens the document', async () => {
    const { page, complaints } = await stage.open('code', PHONE);
    await page.getByRole('heading', { name: 'This document is protected' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('body').textContent()).not.toContain('Zmluva');
    expect(await page.title()).not.toContain('Zmluva');
    await shoot(page, 'code-1-ask-phone');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Send verification code');
    await boxes(page).waitFor();
    expect(await boxes(page).getAttribute('autocomplete')).toBe('one-time-code');
    expect(await page.getByRole('button', { name: 'Send a new code' }).isDisabled()).toBe(true);
    expect(await page.locator('body').textContent()).toMatch(/new code sent in 0:(30|2\d)/);
    await boxes(page).pressSequentially('0047');
    await shoot(page, 'code-2-enter-phone');
    expect(await accessibilityFaults(page)).toEqual([]);
    await boxes(page).fill('');
    await paste(page, 'Your code: 004 711');
    await pagesDrawn(page);
    expect(page.url()).not.toContain('sample-token');
    // The 403 of the first opening and picture is the browser's own line, not ours.
    expect(complaints.filter((line) => !line.includes('403'))).toEqual([]);
    await page.reload();
    await pagesDrawn(page);
  });

  it('that is wrong says how many are left, and five lock with the time that is left', async () => {
    const { page } = await stage.open('code', DESKTOP);
    await press(page, 'Send verification code');
    await boxes(page).waitFor();
    await page.keyboard.type('111111');
    await page.getByRole('alert').getByText('Attempts left: 4').waitFor();
    expect(await boxes(page).inputValue()).toBe('');
    await shoot(page, 'code-3-wrong-desktop');
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const left of ['3', '2', '1']) {
      await page.keyboard.type('222222');
      await page.getByRole('alert').getByText(`Attempts left: ${left}`).waitFor();
    }
    await page.keyboard.type('333333');
    await page.getByText(/You can go on in 1[45]:\d\d/).waitFor();
    expect(await boxes(page).count()).toBe(0);
    await shoot(page, 'code-4-locked-desktop');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it.each([
    ['phone', dark(PHONE)],
    ['desktop', dark(DESKTOP)],
  ])('is readable in the dark: %s', async (name, look) => {
    const { page } = await stage.open('codesms', look);
    await shoot(page, `code-5-ask-dark-${name}`);
    await press(page, 'Send verification code');
    await boxes(page).waitFor();
    await boxes(page).pressSequentially('00471');
    await shoot(page, `code-6-enter-dark-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('keeps its boxes on the narrowest phone', async () => {
    const { page } = await stage.open('code', { ...PHONE, width: 320 });
    await press(page, 'Send verification code');
    await boxes(page).pressSequentially('00471');
    await shoot(page, 'code-7-narrow');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.evaluate(() => {
      window.scrollBy({ left: 50, behavior: 'instant' });
    });
    expect(await page.evaluate(() => window.scrollX)).toBe(0);
  });

  it('that the sender chose is one line without a button to send', async () => {
    const { page } = await stage.open('codefixed', DESKTOP);
    const line = page.getByRole('textbox', { name: 'Code', exact: true });
    await line.waitFor();
    expect(await page.getByRole('button', { name: 'Send verification code' }).count()).toBe(0);
    await shoot(page, 'code-8-fixed-desktop');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('Attempts left: 4').waitFor();
    await page.keyboard.type('004711');
    await page.keyboard.press('Enter');
    await pagesDrawn(page);
  });
});

describe('a code to sign', () => {
  it('stands between Submit and the seal, and keeps the signature where the signer goes back', async () => {
    const { page } = await stage.open('confirm', PHONE);
    await draw(page);
    await press(page, 'I sign this');
    const submit = page.locator('.actions .button-main', { hasText: 'Submit' });
    await submit.click();
    await page.getByRole('dialog', { name: 'Confirm your signature' }).waitFor();
    await press(page, 'Send verification code');
    await boxes(page).waitFor();
    await shoot(page, 'code-9-sign-phone');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Back to the document');
    expect(await submit.isEnabled()).toBe(true);
    expect(stage.fixture.held.get('confirm')?.submission).toBeUndefined();
    await submit.click();
    await boxes(page).waitFor();
    await page.keyboard.type('004711');
    await page.waitForURL('**/thankYouPage.html?result=success');
    expect(stage.fixture.held.get('confirm')?.submission?.signatures).toHaveLength(1);
  });
});
