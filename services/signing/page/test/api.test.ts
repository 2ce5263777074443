import { afterEach, describe, expect, it, vi } from 'vitest';
import { PageApi } from '../src/api/client.ts';
import { Fault, faultOf, toFault } from '../src/api/fault.ts';
import { parseOpening } from '../src/api/parse.ts';
import { proveDigest } from '../src/digest.ts';
import { PassKeeper } from '../src/link.ts';
import { watchSeal } from '../src/sealing.ts';
import { initialsOf, titleOf } from '../src/view/header.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const api = new PageApi({ documentId: 'a/b', token: 'secret' }, new PassKeeper(undefined, 'a/b'));

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });

async function fault(response: Response): Promise<Fault['kind']> {
  return (await faultOf(response)).kind;
}

describe('a call', () => {
  it('carries the token in the Authorization header and nowhere else', async () => {
    const fetched = vi.fn<typeof fetch>(() =>
      Promise.resolve(answer(200, { state: 'sealing', resultUrl: '/r' })),
    );
    vi.stubGlobal('fetch', fetched);
    expect(await api.standing()).toEqual({ state: 'sealing', resultUrl: '/r' });
    const [url, init] = fetched.mock.calls[0] ?? [];
    expect(url).toBe('/page/documents/a%2Fb/submission');
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer secret');
    expect(init?.credentials).toBe('omit');
  });

  it('without an answer is a lost connection', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(api.open()).rejects.toMatchObject({ kind: { is: 'offline' } });
  });

  it('with an answer we do not know is a fault of the server, told with its request id', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(answer(200, { hello: 1 }, { 'x-request-id': 'r-1' })));
    await expect(api.open()).rejects.toMatchObject({ kind: { is: 'server' }, requestId: 'r-1' });
  });
});

describe('a refusal', () => {
  it.each(['expired', 'deleted', 'canceled', 'signed'])('says how the link ended: %s', async (value) => {
    const response = answer(410, { code: 'err.link.ended', value });
    expect(await fault(response)).toEqual({ is: 'ended', how: value });
  });

  it('is told by its code, and by its status where a proxy answered', async () => {
    expect(await fault(answer(401, { code: 'err.link.invalid' }))).toEqual({ is: 'invalid' });
    expect(await fault(answer(409, { code: 'err.document.state' }))).toEqual({ is: 'state' });
    expect(await fault(answer(400, { code: 'err.invalid.field', detail: 'no' }))).toEqual({
      is: 'refused',
      detail: 'no',
    });
    expect(await fault(new Response('<html>', { status: 502 }))).toEqual({ is: 'server' });
    expect(await fault(new Response('', { status: 410 }))).toEqual({ is: 'ended', how: 'expired' });
  });

  it('keeps the request id of the body or the header', async () => {
    expect((await faultOf(answer(500, { requestId: 'b' }, { 'x-request-id': 'h' }))).requestId).toBe('b');
    expect((await faultOf(answer(500, {}, { 'x-request-id': 'h' }))).requestId).toBe('h');
  });

  it('of any other kind is ours', () => {
    expect(toFault(new Error('boom')).kind).toEqual({ is: 'server' });
  });
});

describe('an opening', () => {
  const least = {
    documentId: 'd',
    signatureRequestId: 'r',
    filename: 'x.pdf',
    tenantName: 'T',
    lang: 'hu',
    digest: 'AB',
    pages: 1,
  };

  it('takes the contract’s defaults for what it does not say', () => {
    const opening = parseOpening(least);
    expect(opening.rules).toMatchObject({
      signAnywhereEnabled: true,
      mouseSignature: true,
      guiSignatureNumber: 1,
      guiReadRequired: false,
    });
    expect(opening).toMatchObject({ lang: 'hu', digest: 'ab', keepRawInk: false, fields: [] });
  });

  it('reads options given as texts or as pairs', () => {
    const options = ['A', { value: 'b', label: 'B' }];
    const field = { name: 'f', type: 'combobox', options, value: null };
    expect(parseOpening({ ...least, fields: [field] }).fields[0]).toMatchObject({
      value: '',
      options: [
        { value: 'A', label: 'A' },
        { value: 'b', label: 'B' },
      ],
    });
  });

  it('that is broken is refused', () => {
    expect(() => parseOpening({ ...least, pages: 'one' })).toThrow('pages is not a number');
    expect(() => parseOpening(null)).toThrow(TypeError);
  });
});

describe('the digest', () => {
  const bytes = new TextEncoder().encode('abc');
  const known = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('of the loaded bytes must be the one the server spoke of', async () => {
    await expect(proveDigest(bytes, known)).resolves.toBeUndefined();
    await expect(proveDigest(bytes, '0'.repeat(64))).rejects.toMatchObject({ kind: { is: 'damaged' } });
  });

  it('cannot be proved outside a secure context, and does not stop the signer there', async () => {
    vi.stubGlobal('crypto', {});
    await expect(proveDigest(bytes, '0'.repeat(64))).resolves.toBeUndefined();
  });
});

describe('waiting for the seal', () => {
  const at = (state: 'sealing' | 'signed') => ({ state, resultUrl: '/r' });
  const now = (): Promise<void> => Promise.resolve();

  it('asks until it is done, and waits out a lost connection', async () => {
    const answers = [
      () => Promise.resolve(at('sealing')),
      () => Promise.reject(new Fault({ is: 'offline' })),
      () => Promise.resolve(at('signed')),
    ];
    const standing = vi.fn(() => (answers.shift() ?? (() => Promise.resolve(at('sealing'))))());
    expect(await watchSeal({ standing }, now).settled).toEqual(at('signed'));
    expect(standing).toHaveBeenCalledTimes(3);
  });

  it('asks less and less often', async () => {
    const slept: number[] = [];
    const standing = () => Promise.resolve(at(slept.length < 12 ? 'sealing' : 'signed'));
    await watchSeal({ standing }, (ms) => {
      slept.push(ms);
      return Promise.resolve();
    }).settled;
    expect(slept[0]).toBe(400);
    expect(slept.at(-1)).toBe(4_000);
  });

  it('ends with the link', async () => {
    const standing = () => Promise.reject(new Fault({ is: 'ended', how: 'deleted' }));
    await expect(watchSeal({ standing }, now).settled).rejects.toMatchObject({ kind: { how: 'deleted' } });
  });
});

it('names the document and its sender shortly', () => {
  expect(titleOf('Leasing contract 2291.PDF')).toBe('Leasing contract 2291');
  expect(initialsOf('Tatra Leasing, s.r.o.')).toBe('TL');
  expect(initialsOf('Živnosť')).toBe('Ž');
  expect(initialsOf('')).toBe('');
});
