// The names the pages use for the API's shapes; the only place that knows how the generated files call them.
import type { components as Billing } from "./billing.generated";
import type { components as Signing } from "./signing.generated";
import type { components as Tenant } from "./tenant.generated";

type TenantSchemas = Tenant["schemas"];
type BillingSchemas = Billing["schemas"];
type SigningSchemas = Signing["schemas"];

/** Live requests are bought; test requests are refilled every day and watermarked. */
export type Mode = "live" | "test";

export type Me = TenantSchemas["Me"];
export type AuditEntry = TenantSchemas["AuditEntryView"];
/** The documents give modes and some states as text; `narrow.ts` makes these of them. */
export type ApiKeyView = Omit<TenantSchemas["ApiKeyView"], "mode"> & { mode: Mode };

export type BalanceView = BillingSchemas["BalanceView"];
export type LotView = BillingSchemas["LotView"];
export type BundleView = BillingSchemas["BundleView"];
export type MoneyView = BillingSchemas["Money"];
export type LedgerEntryView = BillingSchemas["EntryView"];
export type PurchaseState = "pending" | "paid" | "failed" | "expired" | "needs_review";
export type PurchaseView = Omit<BillingSchemas["PurchaseView"], "state"> & { state: PurchaseState };

export type RequestState =
  "waiting" | "opened" | "sealing" | "signed" | "canceled" | "expired" | "deleted" | "callback_failing";
/** Why a signed document is not sealed yet; it is tried again by itself. */
export interface SealingView {
  tries: number;
  reason: string;
  failedAt: number;
  nextTryAt: number;
}
export type SignatureRequestView = Omit<SigningSchemas["RequestView"], "state" | "sealing"> & {
  state: RequestState;
  sealing?: SealingView | null;
};

/** How a callback stands. */
export type Delivery = SigningSchemas["Delivery"];
/** Where it went and how often is forgotten some time after it was taken. */
export type CallbackView = Omit<SigningSchemas["CallbackView"], "url" | "tries"> & {
  url?: string;
  tries?: number;
};

/** What was done to a document: the audit record. */
export type AuditRecord = SigningSchemas["AuditRecord"];
export type AuditEvent = SigningSchemas["AuditEvent"];

/** What the gateway tells the portal about its surroundings. */
export interface PortalConfig {
  apiUrl: string;
  docsUrl: string;
  /** True where mails stay in a local outbox and no real money moves. */
  sandbox: boolean;
}
