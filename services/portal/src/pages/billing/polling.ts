// How often a purchase is asked about, and when there is nothing more to ask.
import type { PurchaseView } from "@/api/types";

/** After this long "waiting" needs more words. */
export const PATIENCE_MS = 45_000;

const FIRST_MS = 1_500;
const SLOWEST_MS = 15_000;
/** Each question waits a fifth longer than the one before: quick at first, patient with slow banks. */
const GROWTH = 1.2;

/** `needs_review` is settled by a person, not by waiting on this page. */
export function isSettled(state: PurchaseView["state"]): boolean {
  return state !== "pending";
}

/** Milliseconds until the next question; false when the answer is final. An unknown state is asked again. */
export function pollAfterMs(state: PurchaseView["state"] | undefined, asked: number): number | false {
  if (state && isSettled(state)) return false;
  return Math.min(FIRST_MS * GROWTH ** Math.min(asked, 50), SLOWEST_MS);
}
