import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { pollAfterMs } from "@/pages/billing/polling";
import { makeQueryClient } from "@/queryClient";
import { makeRouter } from "@/router";
import en from "@/words/en";
import { WordsProvider } from "@/words";

const purchase = {
  id: "pur_1",
  bundleId: "bun_100",
  units: 100,
  price: { minor: 4_900, currency: "EUR" },
  createdAt: Date.UTC(2026, 10, 24, 10),
};
const me = {
  member: { id: "mem_1", email: "eva@a.sk", role: "owner" },
  tenant: {
    id: "ten_1",
    name: "A",
    slug: "a",
    apiState: "active",
    keepRawInk: false,
    zone: "UTC",
    lang: "sk",
    createdAt: 0,
  },
};

/** Shows the page Checkout returns to, over a server that answers for the purchase as told. */
function comeBack(answer: () => Response | Promise<Response>, search = "?purchase=pur_1") {
  vi.stubGlobal("fetch", (request: Request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/tenant/me") return Promise.resolve(Response.json(me));
    if (pathname.startsWith("/api/billing/purchases/")) return Promise.resolve(answer());
    if (pathname === "/api/billing/balance")
      return Promise.resolve(Response.json({ available: 110, lots: [] }));
    return Promise.resolve(Response.json({ items: [] }));
  });
  const queryClient = makeQueryClient(() => undefined);
  const history = createMemoryHistory({ initialEntries: [`/billing/return${search}`] });
  render(
    <MantineProvider env="test">
      <WordsProvider first={{ language: "en", t: en }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={makeRouter(queryClient, history)} />
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>,
  );
}

const heading = (name: string) => screen.findByRole("heading", { level: 1, name }, { timeout: 8_000 });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("the page after Checkout", () => {
  it.each([
    ["pending", en.purchase.pending],
    ["failed", en.purchase.failed],
    ["expired", en.purchase.expired],
    ["needs_review", en.purchase.needsReview],
  ])("calls a purchase that is %s just that, and says nothing of paid", async (state, title) => {
    comeBack(() => Response.json({ ...purchase, state }));
    await heading(title);
    expect(screen.queryByText(en.purchase.paid, { exact: true })).toBeNull();
    expect(screen.queryByText(en.purchase.balanceNow)).toBeNull();
  });

  it("turns from pending to paid by itself, with the new balance", async () => {
    let asked = 0;
    comeBack(() =>
      Response.json({ ...purchase, state: ++asked < 2 ? "pending" : "paid", paidAt: purchase.createdAt }),
    );
    await heading(en.purchase.pending);
    await heading(en.purchase.paid);
    expect(await screen.findByText("110")).toBeTruthy();
  });

  it("says of an unknown purchase that there is none", async () => {
    comeBack(() => Response.json({ code: "err.not.found", title: "No" }, { status: 404 }));
    await heading(en.purchase.unknown);
  });

  it("does not ask for an empty id", async () => {
    const answer = vi.fn(() => Response.json({}));
    comeBack(answer, "");
    await heading(en.purchase.unknown);
    expect(answer).not.toHaveBeenCalled();
  });

  it("says during an outage that the state is unclear, and goes on asking", async () => {
    let asked = 0;
    comeBack(() =>
      ++asked <= 3
        ? Response.json({ code: "err.unavailable", requestId: "req_9" }, { status: 503 })
        : Response.json({ ...purchase, state: "paid", paidAt: purchase.createdAt }),
    );
    await heading(en.purchase.unclear);
    expect(screen.getByText("req_9")).toBeTruthy();
    await heading(en.purchase.paid);
  }, 20_000);
});

it("a final state is not asked again; a pending one ever slower, up to a limit", () => {
  expect(
    ["paid", "failed", "expired", "needs_review"].map((state) => pollAfterMs(state as "paid", 1)),
  ).toEqual([false, false, false, false]);
  expect(pollAfterMs("pending", 0)).toBe(1_500);
  expect(pollAfterMs("pending", 1_000)).toBe(15_000);
  expect(pollAfterMs(undefined, 0)).toBe(1_500);
});
