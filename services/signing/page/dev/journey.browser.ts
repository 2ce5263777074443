// What a signer can do, from the link to the result, in a real Chromium.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Submission } from '../src/api/types.ts';
import { accessibilityFaults, DESKTOP, draw, drawByTouch, pagesDrawn, PHONE, shoot, Stage } from './stage.ts';

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

const submit = (page: Page) => page.locator('.actions .button-main', { hasText: /Submit|Odoslať/ });
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();

async function signIn(page: Page, box: string): Promise<void> {
  await page.locator(box).click();
  await draw(page);
  await press(page, /I sign this|Podpisujem/);
}

function submissionOf(id: string): Submission {
  const submission = stage.fixture.held.get(id)?.submission;
  if (submission === undefined) throw new Error('nothing was submitted');
  return submission;
}

describe('a slow line', () => {
  it('shows the first page as a picture until the file is there', async () => {
    let release = (): void => undefined;
    stage.fixture.holdFiles = new Promise((done) => {
      release = done;
    });
    const { page, complaints } = await stage.open('english', PHONE);
    const first = page.locator('.sheet').first();
    await first.locator('img.picture').waitFor();
    await shoot(page, 'preview');
    const before = await first.boundingBox();
    expect(await first.locator('canvas').count()).toBe(0);
    release();
    stage.fixture.holdFiles = undefined;
    await pagesDrawn(page);
    expect(await first.locator('img.picture').count()).toBe(0);
    // A picture has whole pixels, the page's own proportions have not: less than half of one on the screen.
    const after = await first.boundingBox();
    expect(Math.abs((after?.height ?? 0) - (before?.height ?? 0))).toBeLessThan(0.5);
    expect({ ...after, height: 0 }).toEqual({ ...before, height: 0 });
    expect(complaints).toEqual([]);
  });
});

describe('a document with fields', () => {
  it('is filled in, signed, sealed and left for the result', async () => {
    const { page, complaints } = await stage.open('english', PHONE);
    await pagesDrawn(page);
    expect(page.url()).not.toContain('sample-token');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('textbox', { name: 'TC_place' }).fill('Poprad');
    await page.getByRole('combobox', { name: 'CBC_delivery' }).selectOption('BA');
    await page.getByRole('checkbox', { name: 'CC_terms' }).check();
    await page.getByRole('radio', { name: 'RO_way: Pošta' }).check();
    await signIn(page, '[title="_S1_"]');
    await signIn(page, '[title="_S2_"]');
    expect(await submit(page).isDisabled()).toBe(true);
    await press(page, 'Next');
    await page.waitForTimeout(900);
    await shoot(page, 'flow-1-turned-page');
    await signIn(page, '[title="_S3_"]');
    await page.waitForTimeout(500);
    await shoot(page, 'flow-2-all-done');
    expect(await accessibilityFaults(page)).toEqual([]);
    await submit(page).click();
    await page.getByRole('heading', { name: 'Sealing…' }).waitFor();
    await shoot(page, 'flow-3-sealing');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('heading', { name: 'Signed' }).waitFor();
    await shoot(page, 'flow-4-signed');
    await page.waitForURL('**/thankYouPage.html?result=success');
    const sent = submissionOf('english');
    expect(sent.fields).toEqual({ TC_place: 'Poprad', CBC_delivery: 'BA', CC_terms: '1', RO_way: 'post' });
    expect(sent.signatures.map((one) => [one.field, one.kind])).toEqual([
      ['_S1_', 'ink'],
      ['_S2_', 'ink'],
      ['_S3_', 'ink'],
    ]);
    expect(sent).toMatchObject({ locale: 'sk-SK', timeZone: 'Europe/Bratislava', signerName: 'Jozef Novák' });
    expect(complaints).toEqual([]);
  });

  it('keeps everything when the submission fails, and sends it again', async () => {
    const { page } = await stage.open('auto', DESKTOP);
    await draw(page);
    stage.fixture.failNext = 'POST /submission';
    await press(page, 'I sign this');
    await page.getByRole('alertdialog').waitFor();
    await shoot(page, 'flow-5-failed');
    expect(await page.getByRole('alertdialog').textContent()).toContain('01981f0e-7c1a');
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'Try again');
    await page.waitForURL('**/thankYouPage.html?result=success');
    expect(submissionOf('auto').signatures).toHaveLength(1);
  });

  it('can be signed by the keyboard alone', async () => {
    const { page } = await stage.open('name', DESKTOP);
    await pagesDrawn(page);
    for (const box of ['_S1_', '_S2_', '_S3_']) {
      await page.locator(`[title="${box}"]`).focus();
      await page.keyboard.press('Enter');
      if (box === '_S1_') {
        await page.keyboard.type('Žofia Kováčová');
        await page.getByRole('button', { name: 'Type instead' }).focus();
      } else {
        await page.getByRole('button', { name: 'Type instead' }).focus();
      }
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'I sign this' }).focus();
      await page.keyboard.press('Enter');
    }
    await shoot(page, 'flow-6-typed-signatures');
    await submit(page).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/thankYouPage.html?result=success');
    expect(submissionOf('name').signatures[0]).toMatchObject({ kind: 'typed', text: 'Žofia Kováčová' });
    expect(submissionOf('name').signerName).toBe('Žofia Kováčová');
  });
});

describe('where one may sign anywhere', () => {
  it('a tap opens the pad for that place; the signature can be moved and removed', async () => {
    const { page } = await stage.open('anywhere', DESKTOP);
    await pagesDrawn(page);
    await press(page, 'Next');
    await page.waitForTimeout(900);
    await shoot(page, 'flow-7-where-to-sign');
    await page.locator('.sheet').nth(0).scrollIntoViewIfNeeded();
    await page
      .locator('.sheet .paper')
      .nth(0)
      .click({ position: { x: 430, y: 400 } });
    await draw(page);
    await press(page, 'I sign this');
    await page.locator('.placed').waitFor();
    await page.waitForTimeout(700);
    await shoot(page, 'flow-8-placed');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    // The turned page, by its own button.
    await page.getByRole('button', { name: 'Sign on this page' }).nth(2).click();
    await draw(page);
    await press(page, 'I sign this');
    await page.waitForTimeout(700);
    await shoot(page, 'flow-9-placed-turned');
    expect(await submit(page).isEnabled()).toBe(true);
    await page.getByRole('button', { name: 'Remove the signature' }).nth(1).click();
    expect(await submit(page).isEnabled()).toBe(false);
    await page.getByRole('button', { name: 'Sign on this page' }).nth(2).click();
    await draw(page);
    await press(page, 'I sign this');
    await submit(page).click();
    await page.waitForURL('**/thankYouPage.html?result=success');
    const [first, second] = submissionOf('anywhere').signatures;
    // Tapped at half the page's width (A4: 297.5 by 565 from below), then one step up and one to the right.
    expect(first?.place?.x).toBeCloseTo(297.5 - 75 + 5.95, 0);
    expect(first?.place?.y).toBeCloseTo(842 - (400 / 860) * 595 - 25 + 8.42, 0);
    expect(first?.place).toMatchObject({ page: 1, width: 150, height: 50 });
    expect(second?.place).toMatchObject({ page: 3, width: 50, height: 150 });
  });

  it('a placed signature can be dragged', async () => {
    const { page } = await stage.open('anywhere', DESKTOP);
    await pagesDrawn(page);
    await page
      .locator('.sheet .paper')
      .nth(0)
      .click({ position: { x: 430, y: 300 } });
    await draw(page);
    await press(page, 'I sign this');
    const box = page.locator('.placed');
    await box.waitFor();
    await page.waitForTimeout(700);
    const before = await box.boundingBox();
    await page.mouse.move((before?.x ?? 0) + 30, (before?.y ?? 0) + 30);
    await page.mouse.down();
    await page.mouse.move((before?.x ?? 0) + 90, (before?.y ?? 0) + 70, { steps: 5 });
    await page.mouse.up();
    const after = await box.boundingBox();
    expect((after?.x ?? 0) - (before?.x ?? 0)).toBeCloseTo(60, -0.5);
    expect((after?.y ?? 0) - (before?.y ?? 0)).toBeCloseTo(40, -0.5);
    expect(await page.locator('.pad').count()).toBe(0);
  });
});

describe('the rules of the request', () => {
  it('a mouse may not sign where finger or pen is asked for; a finger may', async () => {
    const { page } = await stage.open('finger', PHONE);
    await pagesDrawn(page);
    await page.locator('[title="_S1_"]').click();
    await draw(page);
    await page.getByText('The sender asks for a signature by finger or pen').waitFor();
    await shoot(page, 'flow-10-mouse-refused');
    expect(await page.getByRole('button', { name: 'Type instead' }).count()).toBe(0);
    await drawByTouch(page);
    await press(page, 'I sign this');
    await page.locator('.field-sign.signed').waitFor();
  });

  it('the document must be read to its end where that is demanded', async () => {
    const { page } = await stage.open('read', DESKTOP);
    await pagesDrawn(page);
    await page.locator('[title="_S1_"]').click();
    await page.getByText('Please read the document to its end first.').waitFor();
    expect(await page.locator('.pad').count()).toBe(0);
    await page.keyboard.press('End');
    await page.locator('.guide-text', { hasText: '1 of 2' }).waitFor();
  });

  it('a name must be given where it is asked for', async () => {
    const { page } = await stage.open('name', PHONE);
    await pagesDrawn(page);
    await page.locator('[title="_S1_"]').click();
    await draw(page);
    await press(page, 'I sign this');
    await page.getByText('Write your name first.').waitFor();
    await shoot(page, 'flow-11-name');
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});

describe('the pad', () => {
  it('keeps its ink when the phone is turned', async () => {
    const { page } = await stage.open('english', PHONE);
    await pagesDrawn(page);
    await page.locator('[title="_S1_"]').click();
    await draw(page);
    const before = await page.locator('.pad-surface').getAttribute('viewBox');
    await page.setViewportSize({ width: 844, height: 390 });
    await page.waitForTimeout(400);
    await shoot(page, 'flow-12-sideways');
    expect(await page.locator('.pad-surface').getAttribute('viewBox')).toBe(before);
    expect(await page.locator('.pad-surface g path').count()).toBe(1);
    await draw(page);
    expect(await page.locator('.pad-surface g path').count()).toBe(2);
    await press(page, 'Undo');
    expect(await page.locator('.pad-surface g path').count()).toBe(1);
  });
});

describe('the pages', () => {
  it('are as sharp as the screen, also when zoomed', async () => {
    const { page } = await stage.open('english', DESKTOP);
    await pagesDrawn(page);
    const picture = page.locator('.sheet:first-child .picture');
    const sharpness = () => picture.evaluate((it: HTMLCanvasElement) => it.width / it.clientWidth);
    expect(await sharpness()).toBeCloseTo(1, 1);
    await press(page, 'Zoom in');
    await press(page, 'Zoom in');
    await page.waitForTimeout(1200);
    await shoot(page, 'flow-13-zoomed');
    expect(await sharpness()).toBeCloseTo(1, 1);
  });

  it('can be read as text', async () => {
    const { page } = await stage.open('english', PHONE);
    await pagesDrawn(page);
    await page
      .getByText('1. Prenajímateľ prenecháva nájomcovi vozidlo')
      .first()
      .waitFor({ state: 'attached' });
  });
});

describe('leaving', () => {
  it('a cancel tells its reason and goes to the result', async () => {
    const { page } = await stage.open('english', DESKTOP);
    await pagesDrawn(page);
    await press(page, 'Cancel');
    await page.getByRole('textbox', { name: 'Reason (optional)' }).fill('The price is wrong');
    await press(page, 'Cancel the signing');
    await page.waitForURL('**/thankYouPage.html?result=close');
    expect(stage.fixture.held.get('english')?.reason).toBe('The price is wrong');
  });

  it('a close ends nothing and leads back', async () => {
    const { page } = await stage.open('english', DESKTOP);
    await pagesDrawn(page);
    await signIn(page, '[title="_S1_"]');
    await page.evaluate(() => {
      window.close = () => undefined;
    });
    await press(page, 'Close');
    await page.getByRole('heading', { name: 'You can close this tab' }).waitFor();
    await shoot(page, 'flow-14-closed');
    await press(page, 'Back to the document');
    await page.locator('.field-sign.signed').waitFor();
    expect(stage.fixture.held.get('english')?.reason).toBeUndefined();
  });
});

describe('what cannot be opened', () => {
  it('a wrong token is told in the language of the browser', async () => {
    const { page } = await stage.open('english', PHONE, 'wrong');
    await page.getByRole('heading', { name: 'Tento odkaz neotvára žiadny dokument' }).waitFor();
    await shoot(page, 'flow-15-invalid');
  });

  it('a damaged file is not shown', async () => {
    const { page } = await stage.open('damaged', PHONE);
    await page.getByRole('heading', { name: 'The document arrived damaged' }).waitFor();
    expect(await page.locator('.picture').count()).toBe(0);
    await shoot(page, 'flow-16-damaged');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('a fault of the server is told with its request id, and can be tried again', async () => {
    stage.fixture.failNext = 'POST /openings';
    const { page } = await stage.open('english', PHONE);
    await page.getByText('01981f0e-7c1a-7d10-9f0e-2f6f1a1c0b7e').waitFor();
    await page.getByRole('button').click();
    await pagesDrawn(page);
  });
});
