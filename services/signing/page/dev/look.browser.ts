// How the page looks and what axe says of it, on a phone and a desktop, by day and by night.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, dark, DESKTOP, draw, pagesDrawn, PHONE, shoot, Stage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
});
afterEach(async () => {
  await stage.clearContexts();
});
afterAll(async () => {
  await stage.strike();
});

const LOOKS = [
  ['phone', PHONE],
  ['phone-dark', dark(PHONE)],
  ['desktop', DESKTOP],
  ['desktop-dark', dark(DESKTOP)],
] as const;

describe.each(LOOKS)('on a %s', (name, look) => {
  it('the document, the pad and the signed field are free of accessibility faults', async () => {
    const { page, complaints } = await stage.open('fields', look);
    await pagesDrawn(page);
    await shoot(page, `${name}-1-document`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('.field-sign').first().click();
    await page.waitForTimeout(400);
    await draw(page);
    await shoot(page, `${name}-2-pad`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('.pad .pad-actions .button').first().click();
    await shoot(page, `${name}-3-typed`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.locator('.pad .pad-actions .button').first().click();
    await page.getByRole('button', { name: 'Podpisujem' }).click();
    await page.locator('.field-sign.signed').first().waitFor();
    await page.waitForTimeout(500);
    await shoot(page, `${name}-4-signed-field`);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('the dialogs are free of accessibility faults', async () => {
    const { page } = await stage.open('fields', look);
    await pagesDrawn(page);
    await page.getByRole('button', { name: 'Viac' }).click();
    await shoot(page, `${name}-5-menu`);
    await page.getByRole('button', { name: 'Čo sa uchováva' }).click();
    await page.waitForTimeout(300);
    await shoot(page, `${name}-6-kept`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    if (look.touch) await page.getByRole('button', { name: 'Viac' }).click();
    await page.getByRole('button', { name: 'Zrušiť' }).click();
    await page.waitForTimeout(300);
    await shoot(page, `${name}-7-cancel`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it.each(['expired', 'deleted', 'canceled', 'signed'])('a link that ended (%s) says so', async (end) => {
    const { page } = await stage.open(`ended.${end}`, look);
    await page.locator('.message h1').waitFor();
    await shoot(page, `${name}-8-ended-${end}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  });
});
