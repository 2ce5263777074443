// How a code stands as time goes by. The server tells durations; they run on the page's own clock from when they arrived.
import type { CodeStatus } from '../api/types.ts';

/** What the signer can do now: have a code sent, enter one, or only wait. */
export type Turn = 'ask' | 'enter' | 'wait';

export class CodeStanding {
  readonly status: CodeStatus;
  readonly #toldAt: number;

  /** `toldAt` in milliseconds of a clock that only runs forwards. */
  constructor(status: CodeStatus, toldAt: number) {
    this.status = status;
    this.#toldAt = toldAt;
  }

  turn(now: number): Turn {
    if (this.lockedFor(now) > 0) return 'wait';
    if (this.status.channel === 'fixed') return 'enter';
    return this.#left(this.status.validSeconds, now) > 0 ? 'enter' : 'ask';
  }

  /** Whole seconds until a code can be sent again. */
  resendIn(now: number): number {
    return this.#left(this.status.resendSeconds, now);
  }

  /** Whole seconds until guesses are taken again. */
  lockedFor(now: number): number {
    return this.#left(this.status.lockedSeconds, now);
  }

  #left(seconds: number, now: number): number {
    return Math.max(0, Math.ceil(seconds - (now - this.#toldAt) / 1000));
  }
}

/** `14:05`, as a clock that counts down shows it. */
export function clockOf(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${String(seconds % 60).padStart(2, '0')}`;
}
