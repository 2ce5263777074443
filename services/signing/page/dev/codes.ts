// Answers the calls for codes from memory, as the server would: `004711` is always the right one.
import type { ServerResponse } from 'node:http';
import type { CodeChannel } from '../src/api/types.ts';
import { json, problem } from './fixture.ts';

const RIGHT = '004711';
const MOST_ATTEMPTS = 5;
const CHANNELS: Readonly<Record<string, CodeChannel>> = { codesms: 'sms', codefixed: 'fixed' };
const TO: Readonly<Record<CodeChannel, string | undefined>> = {
  email: 'j***@e***.com',
  sms: '+421 *** *** 123',
  fixed: undefined,
};

interface Call {
  readonly id: string;
  readonly method: string;
  readonly act: string;
  readonly body: unknown;
}

interface Kept {
  sentAt: number | undefined;
  wrong: number;
  lockedAt: number | undefined;
}

export class CodesFixture {
  readonly #kept = new Map<string, Kept>();

  answer(response: ServerResponse, { id, method, act, body }: Call): void {
    const [, step = '', what = ''] = act.split('/');
    const kept = this.#of(id + step);
    const locked = left(kept.lockedAt, 900);
    switch (`${method} ${what}`) {
      case 'GET ':
        json(response, 200, status(id, step, kept));
        break;
      case 'POST sends':
        if (left(kept.sentAt, 30) > 0) {
          problem(response, 429, 'err.rate.limited', left(kept.sentAt, 30));
          break;
        }
        kept.sentAt = Date.now();
        json(response, 202, status(id, step, kept));
        break;
      case 'POST checks':
        if (locked > 0) problem(response, 429, 'err.code.locked', locked);
        else if ((body as { code?: string }).code === RIGHT) json(response, 200, { pass: `${step}-pass` });
        else this.#wrong(response, kept);
        break;
      default:
        problem(response, 404, 'err.not.found');
    }
  }

  admits(id: string, pass: string | readonly string[] | undefined): boolean {
    return !id.startsWith('code') || pass === 'open-pass';
  }

  confirms(id: string, body: unknown): boolean {
    const { opening, codePass } = body as { opening?: string; codePass?: string };
    return !id.startsWith('confirm') || (opening === 'sample-opening' && codePass === 'sign-pass');
  }

  clear(): void {
    this.#kept.clear();
  }

  #wrong(response: ServerResponse, kept: Kept): void {
    kept.wrong += 1;
    if (kept.wrong < MOST_ATTEMPTS) {
      problem(response, 400, 'err.code.wrong', MOST_ATTEMPTS - kept.wrong);
      return;
    }
    kept.lockedAt = Date.now();
    kept.sentAt = undefined;
    problem(response, 429, 'err.code.locked', 900);
  }

  #of(key: string): Kept {
    const kept = this.#kept.get(key) ?? { sentAt: undefined, wrong: 0, lockedAt: undefined };
    this.#kept.set(key, kept);
    return kept;
  }
}

function status(id: string, step: string, kept: Kept): unknown {
  const [scenario = '', lang = 'en'] = id.split('.');
  const channel = CHANNELS[scenario] ?? 'email';
  const valid = left(kept.sentAt, 600);
  return {
    step,
    channel,
    to: TO[channel],
    digits: channel === 'fixed' ? undefined : 6,
    tenantName: 'Tatra Leasing',
    lang,
    validSeconds: valid > 0 ? valid : undefined,
    resendSeconds: Math.max(left(kept.sentAt, 30), left(kept.lockedAt, 900)),
    lockedSeconds: left(kept.lockedAt, 900),
    attemptsLeft: MOST_ATTEMPTS - kept.wrong,
  };
}

function left(since: number | undefined, seconds: number): number {
  return since === undefined ? 0 : Math.max(0, Math.ceil(seconds - (Date.now() - since) / 1000));
}
