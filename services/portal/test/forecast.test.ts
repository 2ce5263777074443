import { describe, expect, it } from "vitest";
import type { BalanceView } from "@/api/types";
import { everyDay, lastsDays, ledgerSum, nextToLapse, usedToday } from "@/pages/home/forecast";
import { niceTop } from "@/ui/BarChart";

const balance: BalanceView = {
  mode: "live",
  available: 1_284,
  held: 3,
  used: 1_216,
  lapsed: 0,
  refunded: 0,
  debt: 0,
  debtBlocks: false,
  purchasePaysDebt: false,
  purchased: 2_490,
  granted: 10,
  overSold: 0,
  drift: 0,
  lots: [],
};
const lot = (available: number, expiresAt?: number) => ({
  id: `lot_${available}`,
  kind: "purchase" as const,
  units: 1_000,
  available,
  expiresAt,
  createdAt: 0,
});
const days = (...used: number[]) =>
  used.map((count, index) => ({ day: `2026-11-${10 + index}`, used: count }));

describe("how long the balance lasts", () => {
  it("is unknown without use", () => {
    expect(lastsDays(100, days(0, 0, 0))).toBeUndefined();
    expect(lastsDays(100, [])).toBeUndefined();
  });
  it("counts from the first day of use, and from a week at least", () => {
    expect(lastsDays(100, days(0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10))).toBe(10);
    expect(lastsDays(100, days(0, 0, 7))).toBe(100);
  });
});

describe("what lapses next", () => {
  it("is all lots of the earliest end that still have units", () => {
    expect(nextToLapse([lot(0, 1), lot(5, 20), lot(7, 20), lot(9, 30), lot(11)])).toEqual({
      available: 12,
      expiresAt: 20,
    });
  });
  it("is nothing when no lot with units ends", () => {
    expect(nextToLapse([lot(0, 1), lot(11)])).toBeUndefined();
  });
});

describe("the ledger's sum", () => {
  it("counts a held unit once, although the API's used contains it", () => {
    const sum = ledgerSum(balance);
    expect(sum.terms.map((term) => term.units)).toEqual([1_284, 3, 1_213]);
    expect(sum).toMatchObject({ total: 2_500, holds: true });
  });
  it("names what lapsed and was refunded when there is some", () => {
    const sum = ledgerSum({ ...balance, available: 1_274, lapsed: 10 });
    expect(sum.terms.at(-1)).toEqual({ name: "lapsed", units: 10 });
    expect(sum.holds).toBe(true);
  });
  it("does not hold when one unit is missing", () => {
    expect(ledgerSum({ ...balance, available: 1_283 }).holds).toBe(false);
  });
});

it("a test account's use is today's, not that of all days", () => {
  const test: BalanceView = {
    ...balance,
    mode: "test",
    available: 963,
    held: 1,
    used: 12_037,
    lapsed: 80_000,
  };
  expect(usedToday(test)).toBe(36);
  expect(usedToday({ ...test, available: 1_000, held: 0 })).toBe(0);
});

it("the chart has every day, also those the answer leaves out", () => {
  const filled = everyDay([{ day: "2026-11-23", used: 4 }], 3, "2026-11-24");
  expect(filled).toEqual([
    { day: "2026-11-22", used: 0 },
    { day: "2026-11-23", used: 4 },
    { day: "2026-11-24", used: 0 },
  ]);
});

it("the chart's top is round, even and not below its highest bar", () => {
  expect([0, 1, 3, 7, 62, 100, 101, 999].map(niceTop)).toEqual([2, 2, 4, 8, 80, 200, 200, 1_000]);
});
