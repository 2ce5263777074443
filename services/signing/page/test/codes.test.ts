import { afterEach, describe, expect, it, vi } from 'vitest';
import { PageApi } from '../src/api/client.ts';
import { faultOf } from '../src/api/fault.ts';
import { parseCodeStatus } from '../src/api/parse.ts';
import type { CodeStatus } from '../src/api/types.ts';
import { requiredCode } from '../src/code/codes.ts';
import { digitsOf, isWhole } from '../src/code/digits.ts';
import { clockOf, CodeStanding } from '../src/code/standing.ts';
import { PassKeeper } from '../src/link.ts';
import { aStatus } from './sample.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

describe('what is typed or pasted', () => {
  it('is a code with whatever stands around it', () => {
    expect(digitsOf('Váš kód: 123 456.', 6)).toBe('123456');
    expect(digitsOf('004711', 6)).toBe('004711');
    expect(digitsOf('12345678', 6)).toBe('123456');
  });

  it('is whole with its last digit, or with anything where the sender chose it', () => {
    expect([isWhole('12345', 6), isWhole('123456', 6)]).toEqual([false, true]);
    expect([isWhole('  ', undefined), isWhole('Tatra', undefined)]).toEqual([false, true]);
  });
});

describe('a code on the page', () => {
  const at = (change: Partial<CodeStatus>, now: number) => new CodeStanding(aStatus(change), 1_000).turn(now);

  it('is asked for first, entered while it is good, and asked for again', () => {
    expect(at({}, 1_000)).toBe('ask');
    expect(at({ validSeconds: 600 }, 1_000)).toBe('enter');
    expect(at({ validSeconds: 600 }, 600_999)).toBe('enter');
    expect(at({ validSeconds: 600 }, 601_000)).toBe('ask');
  });

  it('that the sender chose is entered at once', () => {
    expect(at({ channel: 'fixed', digits: undefined }, 1_000)).toBe('enter');
  });

  it('waits while guessing is locked, whoever sent it', () => {
    expect(at({ validSeconds: 600, lockedSeconds: 900 }, 1_000)).toBe('wait');
    expect(at({ channel: 'fixed', lockedSeconds: 900 }, 900_999)).toBe('wait');
    expect(at({ channel: 'fixed', lockedSeconds: 900 }, 901_000)).toBe('enter');
  });

  it('counts whole seconds down to nothing', () => {
    const standing = new CodeStanding(aStatus({ resendSeconds: 30 }), 1_000);
    expect([1_000, 1_001, 30_500, 31_000, 99_000].map((now) => standing.resendIn(now))).toEqual([
      30, 30, 1, 0, 0,
    ]);
    expect([clockOf(0), clockOf(65), clockOf(900)]).toEqual(['0:00', '1:05', '15:00']);
  });
});

describe('the page API of codes', () => {
  const api = (keeper: PassKeeper): PageApi => new PageApi({ documentId: 'd', token: 't' }, keeper);

  it('keeps what the right code gave, and shows it with every call from then on', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
    };
    const fetched = vi.fn<typeof fetch>(() =>
      Promise.resolve(answer(200, { pass: 'p', validSeconds: 9, state: 'tosign', resultUrl: '/r' })),
    );
    vi.stubGlobal('fetch', fetched);
    const opened = api(new PassKeeper(storage, 'd'));
    await opened.checkCodeToOpen('004711');
    await opened.standing();
    // A reload of the tab.
    await api(new PassKeeper(storage, 'd')).standing();
    // Another document.
    await api(new PassKeeper(storage, 'e')).standing();
    const passes = fetched.mock.calls.map(([, init]) => new Headers(init?.headers).get('code-pass'));
    expect(passes).toEqual([null, 'p', 'p', null]);
    expect(fetched.mock.calls[0]?.[0]).toBe('/page/documents/d/codes/open/checks');
    expect(fetched.mock.calls[0]?.[1]?.body).toContain('"code":"004711"');
  });

  it('says what is the matter with a code', async () => {
    const told = async (status: number, code: string, value?: unknown) =>
      (await faultOf(answer(status, { code, value }))).kind;
    expect(await told(400, 'err.code.wrong', 4)).toEqual({ is: 'code', why: { is: 'wrong', left: 4 } });
    expect(await told(400, 'err.code.expired')).toEqual({ is: 'code', why: { is: 'expired' } });
    expect(await told(429, 'err.code.locked', 900)).toEqual({
      is: 'code',
      why: { is: 'locked', seconds: 900 },
    });
    expect(await told(429, 'err.rate.limited', 30)).toEqual({ is: 'code', why: { is: 'soon', seconds: 30 } });
    const required = await faultOf(answer(403, { code: 'err.code.required', value: 'sign' }));
    expect(requiredCode(required)).toBe('sign');
    expect(requiredCode(await faultOf(answer(403, {})))).toBeUndefined();
  });

  it('reads how a code stands, and nothing that it does not know', () => {
    const told = { step: 'open', channel: 'fixed', tenantName: 'T', lang: 'en', resendSeconds: 0 };
    expect(parseCodeStatus({ ...told, lockedSeconds: 0, attemptsLeft: 5 })).toEqual(
      aStatus({ channel: 'fixed', to: '', digits: undefined, tenantName: 'T' }),
    );
    expect(() => parseCodeStatus({ ...told, channel: 'pigeon' })).toThrow(TypeError);
  });
});
