import { readdir } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { MAX_BYTES, verify } from '../src/verify/api.ts';
import { facts, toneOf } from '../src/verify/card.ts';
import type { Signature } from '../src/verify/types.ts';
import { en } from '../src/verify/words/en.ts';
import { loadWords } from '../src/verify/words/words.ts';

const SOUND: Signature = {
  field: 'S1',
  kind: 'approval',
  coverage: 'wholeFile',
  integrity: { state: 'whole' },
  isWeak: false,
  time: { isStampTrusted: false },
  chain: [],
  trust: { state: 'trusted', detail: 'Root' },
  revocation: { state: 'noData' },
  after: 'unchanged',
  changes: [],
};

function answering(status: number, body: unknown): void {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(body), { status })));
}

describe('what a signature is shown as', () => {
  it('is good only when everything is', () => {
    expect(toneOf(SOUND)).toBe('good');
    expect(toneOf({ ...SOUND, trust: { state: 'untrusted', detail: 'unknownIssuer' } })).toBe('open');
    expect(toneOf({ ...SOUND, isWeak: true })).toBe('open');
    expect(toneOf({ ...SOUND, integrity: { state: 'notChecked' } })).toBe('open');
  });

  it('is bad when the document is not what was signed', () => {
    expect(toneOf({ ...SOUND, after: 'changed' })).toBe('bad');
    expect(toneOf({ ...SOUND, after: 'unknown' })).toBe('bad');
    expect(toneOf({ ...SOUND, coverage: 'suspicious' })).toBe('bad');
    expect(toneOf({ ...SOUND, integrity: { state: 'digestMismatch' } })).toBe('bad');
  });
});

describe('what is said of a signature', () => {
  it('is nothing good where it does not hold', async () => {
    const words = await loadWords('?lang=en', []);
    const tones = (one: Signature) => facts(one, words).map(([key, , tone]) => `${key} ${tone ?? ''}`.trim());
    expect(tones(SOUND)).toEqual([
      'row.when',
      'row.document good',
      'row.trust good',
      'row.covers',
      'row.after good',
    ]);
    for (const state of ['digestMismatch', 'signatureWrong'] as const) {
      const broken: Signature = { ...SOUND, integrity: { state } };
      expect(tones(broken)).toEqual(['row.when', 'row.document bad', 'row.trust open', 'row.covers']);
      expect(tones({ ...broken, after: 'changed' })).toContain('row.after bad');
    }
  });
});

describe('a file that is sent', () => {
  it('is told about', async () => {
    answering(200, { verdict: 'unsigned', pages: 1, length: 9, signatures: [] });
    await expect(verify(new Blob(['%PDF-']))).resolves.toMatchObject({ is: 'examined' });
  });

  it('is refused with the server’s reason', async () => {
    answering(400, { detail: 'The file is not a PDF.' });
    await expect(verify(new Blob(['x']))).resolves.toEqual({ is: 'file', why: 'The file is not a PDF.' });
    answering(429, {});
    await expect(verify(new Blob(['x']))).resolves.toEqual({ is: 'rate' });
    answering(500, {});
    await expect(verify(new Blob(['x']))).resolves.toEqual({ is: 'network' });
  });

  it('is not sent when it is too large', async () => {
    const sent = vi.fn();
    vi.stubGlobal('fetch', sent);
    await expect(verify(new Blob([new Uint8Array(MAX_BYTES + 1)]))).resolves.toEqual({ is: 'tooLarge' });
    expect(sent).not.toHaveBeenCalled();
  });
});

describe('the words', () => {
  it('fill the same places in every language', async () => {
    const files = await readdir(new URL('../src/verify/words', import.meta.url));
    const langs = files.map((file) => file.replace('.ts', '')).filter((name) => name !== 'words');
    expect(langs).toContain('sk');
    const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const lang of langs) {
      const words = await loadWords(`?lang=${lang}`, []);
      expect(words.lang).toBe(lang);
      for (const key of Object.keys(en) as (keyof typeof en)[]) {
        const asked: Record<string, string> = {};
        for (const place of places(en[key])) asked[place.slice(1, -1)] = place;
        expect(places(words.say(key, asked)), `${lang} ${key}`).toEqual(places(en[key]));
      }
    }
  });
});
