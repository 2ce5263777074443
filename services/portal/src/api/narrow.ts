// Values the documents give as text, made the few that the pages know. Nothing past the queries sees the text.
import type {
  ApiKeyView,
  Delivery,
  PurchaseState,
  PurchaseView,
  RequestState,
  SignatureRequestView,
} from "./types";

export const REQUEST_STATES: readonly RequestState[] = [
  "waiting",
  "opened",
  "sealing",
  "signed",
  "callback_failing",
  "canceled",
  "expired",
  "deleted",
];
export const DELIVERIES: readonly Delivery[] = ["waiting", "taken", "givenUp"];
const PURCHASE_STATES: readonly PurchaseState[] = ["pending", "paid", "failed", "expired", "needs_review"];

type Text<T, K extends keyof T> = Omit<T, K> & { [key in K]: string };

/** A state newer than this portal says nothing of paid or not paid: the page waits and asks again. */
export function purchaseOf(view: Text<PurchaseView, "state">): PurchaseView {
  return { ...view, state: PURCHASE_STATES.find((state) => state === view.state) ?? "pending" };
}

/** A state newer than this portal is shown as its code, and offers no act that depends on a state. */
export function requestOf(view: Text<SignatureRequestView, "state">): SignatureRequestView {
  return view as SignatureRequestView;
}

export function apiKeyOf(view: Text<ApiKeyView, "mode">): ApiKeyView {
  return { ...view, mode: view.mode === "test" ? "test" : "live" };
}
