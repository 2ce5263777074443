// The names the pages use for the API's shapes; the only place that knows where they are declared.
export type { ApiKeyView, AuditEntry, Me, paths as TenantPaths } from "./tenant.hand";
export type {
  BalanceView,
  BundleView,
  LedgerEntryView,
  LotView,
  MoneyView,
  PurchaseView,
  paths as BillingPaths,
} from "./billing.hand";
export type { SignatureRequestView, paths as SigningPaths } from "./signing.hand";

/** Live requests are bought; test requests are refilled every day and watermarked. */
export type Mode = "live" | "test";

/** What the gateway tells the portal about its surroundings. */
export interface PortalConfig {
  apiUrl: string;
  docsUrl: string;
  /** True where mails stay in a local outbox and no real money moves. */
  sandbox: boolean;
}
