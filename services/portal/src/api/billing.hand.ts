// Bundles, purchases, balance, usage and the ledger, as the working contract has them.
import type { None, Path, Query, Read, Write } from "./hand";

export interface MoneyView {
  minor: number;
  currency: string;
}
export interface BundleView {
  id: string;
  units: number;
  price: MoneyView;
  validityMonths: number;
}
export interface PurchaseView {
  id: string;
  bundleId: string;
  units: number;
  price: MoneyView;
  state: "pending" | "paid" | "failed" | "expired" | "needs_review";
  createdAt: number;
  paidAt?: number | null;
}
export interface LotView {
  id: string;
  kind: "purchase" | "trial" | "test" | "grant";
  units: number;
  available: number;
  expiresAt?: number | null;
  createdAt: number;
}
export interface BalanceView {
  mode: "live" | "test";
  available: number;
  held: number;
  used: number;
  lapsed: number;
  refunded: number;
  purchased: number;
  granted: number;
  overSold: number;
  drift: number;
  checkedAt?: number | null;
  lots: LotView[];
}
export interface LedgerEntryView {
  id: string;
  at: number;
  kind: string;
  units: number;
  account: string;
  lotId: string;
  chargeId?: string | null;
  purchaseId?: string | null;
}

type Mode = { mode?: "live" | "test" };

export interface paths {
  "/api/billing/bundles": Read<None, { items: BundleView[]; priceList: string }>;
  "/api/billing/purchases": Read<None, { items: PurchaseView[] }> &
    Write<None, { bundleId: string }, 201, { purchase: PurchaseView; checkoutUrl: string }>;
  "/api/billing/purchases/{id}": Read<Path<"id">, PurchaseView>;
  "/api/billing/balance": Read<Query<Mode>, BalanceView>;
  "/api/billing/usage": Read<Query<Mode & { days?: number }>, { items: { day: string; used: number }[] }>;
  "/api/billing/ledger": Read<
    Query<Mode & { cursor?: string }>,
    { items: LedgerEntryView[]; next?: string | null }
  >;
}
