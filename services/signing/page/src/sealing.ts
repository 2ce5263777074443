// Waits for the seal. Asks often at first and then less: most documents are sealed at once, and nobody must stay.
import type { PageApi } from './api/client.ts';
import { toFault, type Fault } from './api/fault.ts';
import type { Standing } from './api/types.ts';

const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 4_000;
const DELAY_GROWTH = 1.4;

/** From here on the signer is told that it takes longer. */
export const SLOW_AFTER_MS = 12_000;

export interface SealWatch {
  /** Settles when the document is no longer being sealed. */
  readonly settled: Promise<Standing>;
  stop(): void;
}

type Sleep = (ms: number) => Promise<void>;

const sleepFor: Sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function watchSeal(api: Pick<PageApi, 'standing'>, sleep: Sleep = sleepFor): SealWatch {
  const stopping = new AbortController();
  const settled = (async (): Promise<Standing> => {
    let delay = FIRST_DELAY_MS;
    for (;;) {
      await sleep(delay);
      // Whoever stopped us is gone and waits for nothing.
      if (stopping.signal.aborted) return await new Promise<never>(() => undefined);
      delay = Math.min(LONGEST_DELAY_MS, delay * DELAY_GROWTH);
      const standing = await ask(api);
      if (standing !== undefined && standing.state !== 'sealing') return standing;
    }
  })();
  return {
    settled,
    stop() {
      stopping.abort();
    },
  };
}

// A lost connection is waited out: the seal does not depend on us. A link that ended meanwhile is an answer.
async function ask(api: Pick<PageApi, 'standing'>): Promise<Standing | undefined> {
  try {
    return await api.standing();
  } catch (error) {
    const fault = toFault(error);
    if (isPassing(fault)) return undefined;
    throw fault;
  }
}

function isPassing(fault: Fault): boolean {
  return fault.kind.is === 'offline' || fault.kind.is === 'server';
}
