// The whole path, once, on both shapes: from the sign-up to a signed PDF that was paid for.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, DESKTOP, draw, launch, newPage, PHONE, shoot } from './browser.ts';
import { Integrator, Receiver } from './integrator.ts';
import { judge } from './oracles.ts';
import { activate, balanceOnHome, buyHundred, issueLiveKey, rotate, signUp } from './portal.ts';
import { samplePdf } from './sample.ts';
import { Stack, type Shape } from './stack.ts';
import { verifyOnPage } from './verify.ts';

const SHAPES: [string, Shape][] = [
  ['one process on SQLite', 'one-sqlite'],
  ['four processes on PostgreSQL and Redis', 'four-postgres-redis'],
];

describe.each(SHAPES)('%s', (_, shape) => {
  let stack: Stack;
  let browser: Browser;
  let receiver: Receiver;
  let client: Integrator;
  let old: Integrator;
  let documentId: string;

  beforeAll(async () => {
    stack = await Stack.start(shape);
    browser = await launch();
    receiver = await Receiver.start();
  });
  afterAll(async () => {
    receiver.stop();
    await browser.close();
    expect(await stack.stop()).toBe(0);
  });

  const order = (more: object) => ({
    sendInfoURL: receiver.url('/callback'),
    resulturl: receiver.url('/back?order=2291'),
    rules: { lang: 'en', guiSignerName: 'Jozef Novák' },
    ...more,
  });

  it('an admin signs up, activates, buys and issues a key', async () => {
    const page = await newPage(browser, DESKTOP);
    await signUp(page, stack, 'owner@tatra.example');
    await activate(page, stack);
    expect(await balanceOnHome(page, stack)).toBe('10');
    await buyHundred(page, stack);
    expect(await balanceOnHome(page, stack)).toBe('110');
    const first = await issueLiveKey(page, stack);
    const second = await rotate(page);
    expect(second).not.toBe(first);
    old = new Integrator(stack.api, first);
    client = new Integrator(stack.api, second);
    expect((await old.counter()).available).toBe('110');
    expect((await client.counter()).available).toBe('110');
    await page.goto(`${stack.portal}/`);
    await page.getByText('Exactness').first().waitFor();
    await shoot(page, `portal-7-home-${shape}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  it('a signer signs in the browser; file, callback and return are as promised', async () => {
    const { created, headers } = await client.create(
      order({ filedata: { filename: 'contract.pdf', content: samplePdf().toString('base64') } }),
    );
    documentId = created.documentId;
    expect(headers.get('charge-state')).toBe('committed');
    expect(headers.get('balance-remaining')).toBe('109');
    const page = await signAnywhere(await open(created.url, PHONE));
    const back = new URL(page.url());
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      order: '2291',
      name: 'contract',
      docid: documentId,
      result: 'success',
    });
    expect(await receiver.callbackFor(created.result)).toEqual({
      state: 'signed',
      id: documentId,
      signatureRequestId: created.result,
    });
    await page.context().close();
  });

  it('a second round leaves the first signature valid, in every reader', async () => {
    const { created } = await old.create(order({ id: documentId, changeState: 'tosign' }));
    expect(created.documentId).toBe(documentId);
    const page = await signAnywhere(await open(created.url, DESKTOP));
    await page.context().close();
    await receiver.callbackFor(created.result);
    const file = await client.download(documentId);
    const root = await rootCertificate();
    const told = judge(file, root);
    expect(told.poppler).toEqual([
      { valid: true, trusted: true },
      { valid: true, trusted: true },
    ]);
    expect(told.pyhanko).toHaveLength(2);
    for (const line of told.pyhanko) {
      expect(line).toMatch(/^trusted intact (ENTIRE_REVISION|ENTIRE_FILE) (NONE|LTA_UPDATES|FORM_FILLING)$/);
    }
    expect(told.qpdf).toBe('clean');
  });

  it('one flipped byte turns both signatures red', async () => {
    const file = await client.download(documentId);
    const at = file.indexOf('/MediaBox') + '/MediaBox ['.length;
    file[at] = (file[at] ?? 0) ^ 1;
    const root = await rootCertificate();
    const told = judge(file, root);
    expect(told.poppler.map(({ valid }) => valid)).toEqual([false, false]);
    for (const line of told.pyhanko) expect(line).toContain('broken');
  });

  it('anybody verifies the file on the public page: as it is, flipped, and what is no PDF', async () => {
    const file = await client.download(documentId);
    const flipped = Buffer.from(file);
    const at = flipped.indexOf('/MediaBox') + '/MediaBox ['.length;
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    for (const viewport of [DESKTOP, PHONE]) {
      const ask = (name: string, given: Buffer) =>
        verifyOnPage(browser, stack, viewport, { name, file: given });
      const whole = await ask('whole.pdf', file);
      expect(whole).toMatchObject({ says: 'All signatures are in order', faults: [], overflows: false });
      expect(whole.signers).toEqual(['Jozef Novák', 'Jozef Novák']);
      const changed = await ask('flipped.pdf', flipped);
      expect(changed).toMatchObject({ says: 'Do not rely on this document', faults: [], overflows: false });
      const other = await ask('letter.pdf', Buffer.from('Dear Sir or Madam'));
      expect(other).toMatchObject({ signers: [], faults: [], overflows: false });
      expect(other.says).toContain('The file is not a PDF');
    }
  });

  it('a code opens the document, and another confirms the signature', async () => {
    const [opener, signer] = ['jozef.open@example.com', 'jozef.sign@example.com'];
    const rules = { lang: 'en', openOtpEmail: opener, signOtpEmail: signer };
    const { created } = await client.create(order({ id: documentId, changeState: 'tosign', rules }));
    const page = await newPage(browser, PHONE);
    await page.goto(created.url);
    await page.getByRole('heading', { name: 'This document is protected' }).waitFor();
    expect(await page.locator('.sheet').count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain('j***@e***.com');
    expect(await accessibilityFaults(page)).toEqual([]);
    await enterCode(page, opener);
    await page.locator('.sheet .picture').first().waitFor();
    await placeSignature(page);
    await page.locator('.actions .button-main', { hasText: 'Submit' }).click();
    await page.getByRole('dialog', { name: 'Confirm your signature' }).waitFor();
    await shoot(page, 'page-5-confirm');
    expect(await accessibilityFaults(page)).toEqual([]);
    await enterCode(page, signer);
    await page.waitForURL('**/back?**', { timeout: 60_000 });
    expect((await receiver.callbackFor(created.result))['state']).toBe('signed');
    await page.context().close();
  });

  it('a cancel is told, and the request was still spent', async () => {
    const { created } = await client.create(
      order({ filedata: { filename: 'cancel.pdf', content: samplePdf().toString('base64') } }),
    );
    const page = await open(created.url, DESKTOP);
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('textbox', { name: 'Reason (optional)' }).fill('The price is wrong');
    await page.getByRole('button', { name: 'Cancel the signing' }).click();
    await page.waitForURL('**/back?**result=close**');
    expect((await receiver.callbackFor(created.result))['state']).toBe('canceled');
    await page.goto(created.url);
    await page.waitForLoadState();
    await shoot(page, 'page-4-ended');
    await page.context().close();
  });

  it('what section 7 promises: list, metadata, counter, update, delete', async () => {
    const metadata = await client.json('GET', `/JSON/document/metadata/${documentId}`);
    expect(metadata).toMatchObject({ id: documentId, filename: 'contract.pdf', state: 'signed' });
    const list = (await client.json('GET', '/JSON/list/flat?state=signed')) as unknown as Record<
      string,
      unknown
    >[];
    expect(list.map((item) => item['id'])).toEqual([documentId]);

    const { created } = await client.create(
      order({ filedata: { filename: 'last.pdf', content: samplePdf().toString('base64') } }),
    );
    const updated = await client.json('PATCH', '/JSON/signatureRequest', {
      signatureRequestId: created.result,
      resulturl: receiver.url('/other'),
    });
    expect(updated).toMatchObject({
      message: 'msg.updated',
      result: created.result,
      url: `${stack.api}/${created.result}`,
    });
    const deleted = await client.json('DELETE', `/JSON/signatureRequest/${created.result}`);
    expect(deleted).toMatchObject({ message: 'msg.deleted', result: created.result });
    expect((await fetch(created.url)).status).toBe(410);
    expect(await client.json('DELETE', `/JSON/document/${created.documentId}`)).toMatchObject({
      message: 'msg.deleted',
    });
    expect((await client.call('GET', `/JSON/document/${created.documentId}`)).status).toBe(404);

    // Five ids were registered: three rounds, the cancelled one and the deleted one.
    expect(await client.counter()).toEqual({ available: '105', used: '5' });
  });

  async function rootCertificate(): Promise<Buffer> {
    return Buffer.from(await (await fetch(`${stack.api}/pki/root.crt`)).arrayBuffer());
  }

  async function open(url: string, viewport: { width: number; height: number }): Promise<Page> {
    const page = await newPage(browser, viewport);
    await page.goto(url);
    await page.locator('.sheet .picture').first().waitFor();
    return page;
  }

  async function signAnywhere(page: Page): Promise<Page> {
    await placeSignature(page);
    await page.locator('.actions .button-main', { hasText: 'Submit' }).click();
    await page.waitForURL('**/back?**', { timeout: 60_000 });
    return page;
  }

  /** Has a code sent and types the one that arrived. */
  async function enterCode(page: Page, address: string): Promise<void> {
    await page.getByRole('button', { name: 'Send verification code' }).click();
    const boxes = page.getByRole('textbox', { name: 'Verification code (6 digits)' });
    await boxes.waitFor();
    const code = /\b\d{6}\b/.exec(await stack.messageTo(address))?.[0];
    if (code === undefined) throw new Error(`no code was sent to ${address}`);
    await boxes.pressSequentially(code);
  }

  async function placeSignature(page: Page): Promise<void> {
    await page.waitForTimeout(500);
    const field = page.locator('.field-sign:not(.signed)');
    const name = (page.viewportSize()?.width ?? 0) < 500 ? 'phone' : 'desktop';
    await shoot(page, `page-1-open-${name}`);
    if ((await field.count()) > 0) await field.first().click();
    else
      await page
        .locator('.sheet .paper')
        .first()
        .click({ position: { x: 180, y: 260 } });
    await draw(page);
    await shoot(page, `page-2-pad-${name}`);
    await page.getByRole('button', { name: 'I sign this' }).click();
    await page.waitForTimeout(700);
    await shoot(page, `page-3-placed-${name}`);
    expect(await accessibilityFaults(page)).toEqual([]);
  }
});
