// How long the balance lasts and what lapses first: arithmetic only, so that it can be tested.
import type { BalanceView } from "@/api/types";

export interface UsageDay {
  day: string;
  used: number;
}

type Lot = BalanceView["lots"][number];

/** The shortest time a pace is taken from: a first busy afternoon says little about the weeks to come. */
const PACE_MIN_DAYS = 7;

/** Days until nothing is left at the pace since the first use shown; undefined when nothing was used. */
export function lastsDays(available: number, usage: UsageDay[]): number | undefined {
  const first = usage.findIndex((day) => day.used > 0);
  if (first < 0) return undefined;
  const used = usage.reduce((sum, day) => sum + day.used, 0);
  return Math.floor((available * Math.max(usage.length - first, PACE_MIN_DAYS)) / used);
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

/** The API's `used` counts what is held as well (the wire contract's counter does); told apart, it is shown once. */
export function committed(balance: BalanceView): number {
  return balance.used - balance.held;
}

/** The lot of a day before its first use exists only in the balance. */
const TEST_UNITS = 1_000;

/** A test account's `used` is that of all days; next to today's balance only today's makes sense. */
export function usedToday(balance: BalanceView): number {
  const lots = balance.lots.filter((lot) => lot.kind === "test");
  const units = lots.length > 0 ? lots.reduce((sum, lot) => sum + lot.units, 0) : TEST_UNITS;
  return Math.max(units - balance.available - balance.held, 0);
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
  const always: SumTerm[] = [
    { name: "available", units: balance.available },
    { name: "held", units: balance.held },
    { name: "used", units: committed(balance) },
  ];
  const sometimes: SumTerm[] = (["lapsed", "refunded"] as const)
    .map((name) => ({ name, units: balance[name] }))
    .filter((term) => term.units !== 0);
  const terms = [...always, ...sometimes];
  const total = balance.purchased + balance.granted;
  return { total, terms, holds: terms.reduce((sum, term) => sum + term.units, 0) === total };
}
