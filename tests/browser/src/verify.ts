// Anybody at the public page that verifies a PDF.
import type { Browser } from 'playwright-core';
import { accessibilityFaults, newPage, shoot } from './browser.ts';
import type { Stack } from './stack.ts';

/** What the page said of a file. */
export interface Told {
  /** The verdict, or why there is none. */
  readonly says: string;
  /** One heading for each signature. */
  readonly signers: string[];
  readonly faults: string[];
  /** Whether it is wider than the window. */
  readonly overflows: boolean;
}

interface Given {
  readonly name: string;
  readonly file: Buffer;
}

export async function verifyOnPage(
  browser: Browser,
  stack: Stack,
  viewport: { width: number; height: number },
  { name, file }: Given,
): Promise<Told> {
  const page = await newPage(browser, viewport);
  await page.goto(`${stack.api}/verify`);
  await page.locator('.drop').waitFor();
  const empty = await accessibilityFaults(page);
  const kind = viewport.width < 500 ? 'phone' : 'desktop';
  await shoot(page, `verify-0-empty-${kind}`);
  await page.locator('#file').setInputFiles({ name, mimeType: 'application/pdf', buffer: file });
  const answer = page.locator('.verdict h1, [role=alert]');
  await answer.waitFor();
  // The certificates unfolded: they hold the longest words of the page.
  for (const folded of await page.locator('details > summary').all()) await folded.click();
  await shoot(page, `verify-${name.replace('.pdf', '')}-${kind}`, { whole: true });
  const told = {
    says: (await answer.textContent()) ?? '',
    signers: await page.locator('.card h2').allTextContents(),
    faults: [...empty, ...(await accessibilityFaults(page))],
    overflows: await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth),
  };
  await page.context().close();
  return told;
}
