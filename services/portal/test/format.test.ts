import { describe, expect, it } from "vitest";
import { makeFormat } from "@/words/format";

const en = makeFormat("en", "Europe/Bratislava");
const sk = makeFormat("sk", "Europe/Bratislava");
const cs = makeFormat("cs", "Europe/Prague");
/** Locales separate groups and units by no-break spaces of two kinds; tests write plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money", () => {
  it("follows the locale", () => {
    const price = { minor: 290_000, currency: "EUR" };
    expect(en.money(price)).toBe("€2,900.00");
    expect(plain(sk.money(price))).toBe("2 900,00 €");
    expect(plain(cs.money(price))).toBe("2 900,00 €");
  });

  it("drops the zeros of a whole price tag and no others", () => {
    expect(en.price({ minor: 4_900, currency: "EUR" })).toBe("€49");
    expect(en.price({ minor: 4_950, currency: "EUR" })).toBe("€49.50");
  });

  it("knows how many minor units a currency has", () => {
    expect(en.money({ minor: 4_900, currency: "JPY" })).toBe("JP¥4,900");
  });

  it("shows a price per request to the cent where it is exact, finer where it is not", () => {
    expect(en.moneyPer({ minor: 4_900, currency: "EUR" }, 100)).toBe("€0.49");
    expect(en.moneyPer({ minor: 290_000, currency: "EUR" }, 10_000)).toBe("€0.29");
    expect(en.moneyPer({ minor: 12_345, currency: "EUR" }, 1_000)).toBe("€0.1235");
  });
});

describe("times", () => {
  const at = Date.UTC(2026, 10, 24, 23, 30);

  it("are told in the tenant's zone, with UTC beside them", () => {
    expect(en.dateTime(at)).toBe("25 Nov 2026, 00:30");
    expect(en.utc(at)).toBe("24 Nov 2026, 23:30:00 UTC");
  });

  it("survive a zone the browser does not know", () => {
    expect(makeFormat("en", "Mars/Olympus").zone).toBe("UTC");
  });

  it("leave a usage day where it is, whatever the zone", () => {
    expect(makeFormat("en", "America/Los_Angeles").day("2026-11-24")).toBe("24 Nov");
    expect(plain(makeFormat("sk", "Pacific/Auckland").day("2026-11-24"))).toBe("24. 11.");
  });

  it("are told as an age in the largest unit that fits", () => {
    expect(en.ago(at - 12_000, at)).toBe("12 sec ago");
    expect(en.ago(at - 31 * 60_000, at)).toBe("31 min ago");
    expect(plain(sk.ago(at - 3 * 3_600_000, at))).toBe("pred 3 h");
    expect(en.ago(at - 86_400_000, at)).toBe("yesterday");
  });
});

describe("plurals", () => {
  it("have the three forms of Slovak and Czech", () => {
    const forms = { one: "# deň", few: "# dni", other: "# dní" };
    expect([1, 3, 5, 22].map((count) => sk.plural(count, forms))).toEqual([
      "1 deň",
      "3 dni",
      "5 dní",
      "22 dní",
    ]);
  });
});

it("a movement of units has a real sign", () => {
  expect([en.signed(1), en.signed(-1), en.signed(0)]).toEqual(["+1", "−1", "0"]);
});
