// Sets the built page up in a real Chromium, with the fixture behind it.
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { preview, type PreviewServer } from 'vite';
import { Fixture, fixturePlugin } from './fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

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

const PHONE_AGENT =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly touch: boolean;
  readonly dark: boolean;
}

export const DESKTOP: Look = { width: 1440, height: 900, scale: 1, touch: false, dark: false };
export const PHONE: Look = { width: 390, height: 844, scale: 2, touch: true, dark: false };

export const dark = (look: Look): Look => ({ ...look, dark: true });

export class Stage {
  readonly fixture: Fixture;
  readonly #server: PreviewServer;
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  private constructor(fixture: Fixture, server: PreviewServer, browser: Browser) {
    this.fixture = fixture;
    this.#server = server;
    this.#browser = browser;
  }

  static async set(): Promise<Stage> {
    const configFile = path.join(ROOT, 'vite.config.ts');
    const fixture = new Fixture();
    const server = await preview({
      root: ROOT,
      configFile,
      logLevel: 'warn',
      plugins: [fixturePlugin(fixture)],
      preview: { host: '127.0.0.1', port: 0, strictPort: false },
    });
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: FLAGS,
    });
    return new Stage(fixture, server, browser);
  }

  async strike(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }

  get origin(): string {
    const address = this.#server.httpServer.address();
    if (address === null || typeof address === 'string') throw new Error('the preview server has no port');
    return `http://127.0.0.1:${String(address.port)}`;
  }

  /** Opens a link; every error and every breach of the content policy ends up in `complaints`. */
  async open(id: string, look: Look, token = 'sample-token'): Promise<{ page: Page; complaints: string[] }> {
    const context = await this.#browser.newContext({
      viewport: { width: look.width, height: look.height },
      deviceScaleFactor: look.scale,
      hasTouch: look.touch,
      isMobile: look.touch,
      ...(look.touch ? { userAgent: PHONE_AGENT } : {}),
      colorScheme: look.dark ? 'dark' : 'light',
      locale: 'sk-SK',
      timezoneId: 'Europe/Bratislava',
    });
    this.#contexts.push(context);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${this.origin}/viewDocument?id=${id}#s=${token}`);
    return { page, complaints };
  }

  async clearContexts(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }
}

/** Where a person asked for pictures (`OKD_SHOTS=/tmp/shots`), one is taken. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['OKD_SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`,
  );
}

/** Draws a signature on the open pad with the mouse. */
export async function draw(page: Page): Promise<void> {
  const box = await page.locator('.pad-surface').boundingBox();
  if (box === null) throw new Error('the pad is not open');
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
  // A hand's loops: slow in the turns, quick between them.
  const along = Array.from({ length: 140 }, (_, index): [number, number] => {
    const part = index / 139;
    const fade = 1 - 0.72 * part;
    return [0.1 + 0.8 * part + 0.05 * Math.sin(part * 22), 0.52 - 0.3 * fade * Math.sin(part * 22 - 0.9)];
  });
  const [first = [0, 0] as [number, number]] = along;
  await page.mouse.move(...at(...first));
  await page.mouse.down();
  for (const [x, y] of along) await page.mouse.move(...at(x, y));
  await page.mouse.up();
}

export async function pagesDrawn(page: Page): Promise<void> {
  await page.locator('.sheet:first-child canvas.picture').waitFor();
  await page.locator('.button-next:enabled, .actions .button-main:enabled').first().waitFor();
}

/** Draws with a finger: real touch events, as only the browser's own protocol can send them. */
export async function drawByTouch(page: Page): Promise<void> {
  const box = await page.locator('.pad-surface').boundingBox();
  if (box === null) throw new Error('the pad is not open');
  const session = await page.context().newCDPSession(page);
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0): Promise<unknown> =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x, y, force: 0.5 }],
    });
  await send('touchStart', box.x + 30, box.y + 80);
  for (let step = 1; step <= 30; step += 1) {
    await send('touchMove', box.x + 30 + step * 8, box.y + 80 + 30 * Math.sin(step / 3));
  }
  await send('touchEnd');
}
