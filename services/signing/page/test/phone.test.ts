import jsQR from 'jsqr';
import { describe, expect, it } from 'vitest';
import { Fault } from '../src/api/fault.ts';
import { parseOpening, parsePhone } from '../src/api/parse.ts';
import type { PhoneStanding, SubmissionState } from '../src/api/types.ts';
import { resultOf } from '../src/embed.ts';
import { qrModules } from '../src/phone/qr.ts';
import { PhoneWatch } from '../src/phone/watch.ts';

const LINK = 'https://sign.example/openDocument/1d58a59e-e8f7-4d07-bb99-d3fa39cb58a8?k=0123456789abcdef';

const standing = (state: SubmissionState, opened = false): PhoneStanding => ({
  state,
  resultUrl: '/thankYouPage.html?result=mobile',
  link: state === 'tosign' ? LINK : '',
  opened,
});

/** A watch that is told these answers in turn, and what it said of them. */
class Watched {
  readonly said: string[] = [];
  readonly pauses: number[] = [];
  readonly watch: PhoneWatch;

  constructor(answers: (PhoneStanding | Fault)[], betweenTwo: (watch: PhoneWatch) => void = () => undefined) {
    const phone = (): Promise<PhoneStanding> => {
      const answer = answers.shift() ?? new Fault({ is: 'invalid' });
      return answer instanceof Fault ? Promise.reject(answer) : Promise.resolve(answer);
    };
    const say = (text: string) => () => {
      this.said.push(text);
    };
    this.watch = new PhoneWatch(
      { phone },
      {
        waiting: ({ opened }) => {
          this.said.push(opened ? 'opened' : 'waiting');
        },
        lost: say('lost'),
        over: ({ state }) => {
          this.said.push(state);
        },
        failed: ({ kind }) => {
          this.said.push(`failed: ${kind.is}`);
        },
      },
      (ms) => {
        this.pauses.push(ms);
        betweenTwo(this.watch);
        return Promise.resolve();
      },
    );
  }
}

describe('the page that waits for a phone', () => {
  it('follows until the phone has submitted, and then asks no more', async () => {
    const { watch, said } = new Watched([standing('tosign'), standing('tosign', true), standing('sealing')]);
    await watch.run();
    expect(said).toEqual(['waiting', 'opened', 'sealing']);
  });

  it('ends with a cancel on the phone', async () => {
    const { watch, said } = new Watched([standing('tosign'), standing('canceled')]);
    await watch.run();
    expect(said).toEqual(['waiting', 'canceled']);
  });

  it('waits out a lost connection, and not a link that ended', async () => {
    const faults = [new Fault({ is: 'offline' }), new Fault({ is: 'server' })];
    const { watch, said } = new Watched([...faults, new Fault({ is: 'ended', how: 'expired' })]);
    await watch.run();
    expect(said).toEqual(['lost', 'lost', 'failed: ended']);
  });

  it('is calmer when nobody looks', async () => {
    const { watch, pauses } = new Watched(
      [standing('tosign'), standing('tosign'), standing('signed')],
      (own) => {
        own.isWatched = false;
      },
    );
    await watch.run();
    const [watched = 0, unwatched = 0] = pauses;
    expect(watched).toBeGreaterThanOrEqual(2_000);
    expect(unwatched).toBeGreaterThan(watched);
  });

  it('asks nothing while this page submits by itself', async () => {
    const turns = ['hold', 'still held', 'resume'];
    const { watch, said, pauses } = new Watched([standing('tosign'), standing('signed')], (own) => {
      const turn = turns.shift();
      if (turn === 'hold') own.hold();
      if (turn === 'resume') own.resume();
    });
    await watch.run();
    expect(said).toEqual(['waiting', 'signed']);
    expect(pauses).toHaveLength(3);
  });
});

describe('the code', () => {
  it('is read as the link by another hand, quiet zone and all', () => {
    const { size, dark } = qrModules(LINK);
    expect(jsQR(picture(size, dark, 4), size * 4, size * 4)?.data).toBe(LINK);
  });
});

/** The path as a camera would see it: so many pixels a module, dark on light. */
function picture(size: number, path: string, scale: number): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(size * size * scale * scale * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = (row * size * scale + Number(x) * scale) * 4;
      for (let at = from; at < from + Number(length) * scale * 4; at += 4) pixels.fill(0, at, at + 3);
    }
  }
  return pixels;
}

describe('what the server says of it', () => {
  it('is offered unless the rule says otherwise', () => {
    const opening = (rules: unknown): unknown => ({
      documentId: 'd',
      signatureRequestId: 'r',
      filename: 'a.pdf',
      tenantName: 'T',
      lang: 'en',
      digest: 'ab',
      pages: 1,
      rules,
    });
    expect(parseOpening(opening({})).rules.guiRemoteQRCodeEnabled).toBe(true);
    const refused = parseOpening(opening({ guiRemoteQRCodeEnabled: false }));
    expect(refused.rules.guiRemoteQRCodeEnabled).toBe(false);
  });

  it('has a link only while there is something to sign', () => {
    const answer = { state: 'signed', resultUrl: '/x?result=mobile', opened: true };
    expect(parsePhone(answer)).toEqual({ ...answer, link: '' });
    expect(() => parsePhone({ state: 'gone', resultUrl: '/x', opened: false })).toThrow('gone');
  });
});

it('tells a framing page the result that the browser goes on with', () => {
  expect(resultOf('https://shop.sk/x?result=theirs&docid=1&result=mobile&ts=1#z')).toBe('mobile');
  expect(resultOf('/thankYouPage.html?result=close')).toBe('close');
  expect(resultOf('/thankYouPage.html')).toBeUndefined();
});
