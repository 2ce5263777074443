// A real Chromium, and pictures of what it shows.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PICTURES = process.env['OKD_SHOTS'];

export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

export async function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
  return await chromium.launch({ executablePath, args: FLAGS });
}

/** A page in a profile of its own. */
export async function newPage(browser: Browser, viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport, locale: 'en-GB' });
  return await context.newPage();
}

/** Keeps a picture where `OKD_SHOTS` names a folder; `whole`: with what one has to scroll to. */
export async function shoot(page: Page, name: string, { whole = false } = {}): Promise<void> {
  if (PICTURES === undefined) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`), fullPage: whole });
}

/** What axe finds, as rule and place. A dialog that is still appearing is paler than it will be. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter((it) => it.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((it) => it.finished));
  });
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.target.join(' ')}`));
}

/** Draws a signature on the open pad by mouse. */
export async function draw(page: Page): Promise<void> {
  const pad = page.locator('.pad-surface');
  await pad.waitFor();
  const box = await pad.boundingBox();
  if (box === null) throw new Error('the pad is not shown');
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.12, 0.7));
  await page.mouse.down();
  for (let step = 0; step <= 60; step += 1) {
    const t = step / 60;
    await page.mouse.move(...at(0.12 + 0.74 * t, 0.5 - 0.28 * Math.sin(t * 14) * (1 - 0.6 * t)));
  }
  await page.mouse.up();
}
