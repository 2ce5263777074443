import { expect, it } from "vitest";
import { apiKeyOf, purchaseOf, REQUEST_STATES } from "@/api/narrow";
import en from "@/words/en";

const purchase = { id: "pur_1", bundleId: "b", units: 1, price: { minor: 1, currency: "EUR" }, createdAt: 0 };

it("a purchase's state that this portal does not know is neither paid nor failed", () => {
  expect(purchaseOf({ ...purchase, state: "paid" }).state).toBe("paid");
  expect(purchaseOf({ ...purchase, state: "disputed" }).state).toBe("pending");
});

it("each state that can be filtered by has a word", () => {
  for (const state of REQUEST_STATES) expect(en.state[state]).toBeTruthy();
});

it("a key is a test key or a live one", () => {
  const key = {
    id: "key_1",
    name: "CRM",
    publicId: "p",
    scopes: [],
    lastFour: "abcd",
    createdAt: 0,
    state: "active" as const,
  };
  expect([apiKeyOf({ ...key, mode: "test" }).mode, apiKeyOf({ ...key, mode: "live" }).mode]).toEqual([
    "test",
    "live",
  ]);
});
