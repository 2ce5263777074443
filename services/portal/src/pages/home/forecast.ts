// How long the balance lasts and what lapses first: arithmetic only, so that it can be tested.
import type { BalanceView } from "@/api/types";

export interface UsageDay {
  day: string;
  used: number;
}

type Lot = BalanceView["lots"][number];

/** Days until nothing is left at the pace of the days shown; undefined when nothing was used in them. */
export function lastsDays(available: number, usage: UsageDay[]): number | undefined {
  const used = usage.reduce((sum, day) => sum + day.used, 0);
  if (used === 0 || usage.length === 0) return undefined;
  // Counted over the whole period: a tenant's first quiet days belong to its pace.
  return Math.floor((available * usage.length) / used);
}

/** The lots that end first, as one: several bought on one day lapse together. */
export function nextToLapse(lots: Lot[]): { available: number; expiresAt: number } | undefined {
  const ending = lots.filter((lot) => lot.available > 0 && typeof lot.expiresAt === "number");
  if (ending.length === 0) return undefined;
  const expiresAt = Math.min(...ending.map((lot) => lot.expiresAt as number));
  const available = ending
    .filter((lot) => lot.expiresAt === expiresAt)
    .reduce((sum, lot) => sum + lot.available, 0);
  return { available, expiresAt };
}

const DAY_MS = 86_400_000;

/** One entry for each of the last `days` days up to `today`, zero where the answer names none. */
export function everyDay(usage: UsageDay[], days: number, today: string): UsageDay[] {
  const used = new Map(usage.map((entry) => [entry.day, entry.used]));
  // The tenant's calendar may be a day ahead of this browser's.
  const last = usage.reduce((latest, entry) => (entry.day > latest ? entry.day : latest), today);
  const end = Date.parse(`${last}T00:00:00Z`);
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(end - (days - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, used: used.get(day) ?? 0 };
  });
}

export interface SumTerm {
  name: "available" | "held" | "used" | "lapsed" | "refunded";
  units: number;
}

/** The ledger's sum as the balance tells it; `holds` is computed here and not believed. */
export function ledgerSum(balance: BalanceView): { total: number; terms: SumTerm[]; holds: boolean } {
  const always: SumTerm[] = (["available", "held", "used"] as const).map((name) => ({
    name,
    units: balance[name],
  }));
  const sometimes: SumTerm[] = (["lapsed", "refunded"] as const)
    .map((name) => ({ name, units: balance[name] }))
    .filter((term) => term.units !== 0);
  const terms = [...always, ...sometimes];
  const total = balance.purchased + balance.granted;
  return { total, terms, holds: terms.reduce((sum, term) => sum + term.units, 0) === total };
}
