// Follows a document whose signer goes on at a phone: asks at a calm pace until it is over there.
import type { PageApi } from '../api/client.ts';
import { toFault, type Fault } from '../api/fault.ts';
import type { PhoneStanding } from '../api/types.ts';

/** While the code is on the screen, somebody waits to see that it worked. */
const WATCHED_MS = 2_500;
const UNWATCHED_MS = 8_000;

export interface PhoneListener {
  readonly waiting: (standing: PhoneStanding) => void;
  /** No answer came through; it is asked for again. */
  readonly lost: () => void;
  /** Signed, being sealed, or canceled: nothing is left to follow. */
  readonly over: (standing: PhoneStanding) => void;
  /** Asking again would be answered alike. */
  readonly failed: (fault: Fault) => void;
}

type Sleep = (ms: number) => Promise<void>;

const sleepFor: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class PhoneWatch {
  /** Whether somebody looks at it just now. */
  isWatched = true;
  readonly #api: Pick<PageApi, 'phone'>;
  readonly #listener: PhoneListener;
  readonly #sleep: Sleep;
  #isHeld = false;

  constructor(api: Pick<PageApi, 'phone'>, listener: PhoneListener, sleep: Sleep = sleepFor) {
    this.#api = api;
    this.#listener = listener;
    this.#sleep = sleep;
  }

  async run(): Promise<void> {
    while (this.#isHeld || (await this.#goesOn())) {
      await this.#sleep(this.isWatched ? WATCHED_MS : UNWATCHED_MS);
    }
  }

  /** This page acts itself: what would be told meanwhile may be its own doing. */
  hold(): void {
    this.#isHeld = true;
  }

  resume(): void {
    this.#isHeld = false;
  }

  /** Whether there is more to follow. */
  async #goesOn(): Promise<boolean> {
    let standing: PhoneStanding;
    try {
      standing = await this.#api.phone();
    } catch (error) {
      return this.#isHeld || this.#outlasts(toFault(error));
    }
    if (this.#isHeld) return true;
    const isOver = standing.state !== 'tosign';
    if (isOver) this.#listener.over(standing);
    else this.#listener.waiting(standing);
    return !isOver;
  }

  // A lost connection is waited out: the phone does not depend on this one.
  #outlasts(fault: Fault): boolean {
    const isPassing = fault.kind.is === 'offline' || fault.kind.is === 'server';
    if (isPassing) this.#listener.lost();
    else this.#listener.failed(fault);
    return isPassing;
  }
}
