import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { makeQueryClient } from "@/queryClient";
import { makeRouter } from "@/router";
import en from "@/words/en";
import { WordsProvider } from "@/words";

const callback = {
  id: "evt_1",
  signatureRequestId: "lease-7",
  documentId: "d",
  state: "signed",
  delivery: "givenUp",
  madeAt: Date.UTC(2026, 10, 24, 10),
  url: "https://crm.example/hook",
  tries: 41,
  lastError: "the receiver answered 503",
};

/** Shows the page to a member of this role; answers what was asked of the server. */
function shown(role: string): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (request: Request) => {
    const { pathname, search } = new URL(request.url);
    asked.push(`${request.method} ${pathname}${search}`);
    const tenant = {
      id: "ten_1",
      name: "A",
      slug: "a",
      apiState: "active",
      zone: "UTC",
      lang: "en",
      createdAt: 0,
    };
    if (pathname === "/api/tenant/me")
      return Promise.resolve(Response.json({ member: { id: "mem_1", email: "eva@a.sk", role }, tenant }));
    if (pathname === "/api/signing/callback-secret")
      return Promise.resolve(Response.json({ secret: "whsec_abc" }));
    if (pathname.endsWith("/resend")) return Promise.resolve(Response.json(callback, { status: 202 }));
    return Promise.resolve(Response.json({ items: [callback] }));
  });
  const queryClient = makeQueryClient(() => undefined);
  const history = createMemoryHistory({ initialEntries: ["/callbacks?mode=test"] });
  render(
    <MantineProvider env="test">
      <WordsProvider first={{ language: "en", t: en }}>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={makeRouter(queryClient, history)} />
        </QueryClientProvider>
      </WordsProvider>
    </MantineProvider>,
  );
  return asked;
}

const PATIENT = { timeout: 8_000 };
const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }, PATIENT));

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it("shows what became of a callback, and sends it again in the mode that is looked at", async () => {
  const asked = shown("developer");
  await screen.findByText("the receiver answered 503", {}, PATIENT);
  expect(screen.getByText("41 tries")).toBeTruthy();
  await press("Send again: evt_1");
  await waitFor(() => expect(asked).toContain("POST /api/signing/callbacks/evt_1/resend?mode=test"));
});

it("asks for the secret only when somebody wants to see it, and hides it again", async () => {
  const asked = shown("owner");
  const secret = "GET /api/signing/callback-secret";
  await screen.findByText("the receiver answered 503", {}, PATIENT);
  expect(asked).not.toContain(secret);
  await press("Reveal");
  expect(await screen.findByText("whsec_abc", {}, PATIENT)).toBeTruthy();
  await press("Hide");
  await waitFor(() => expect(screen.queryByText("whsec_abc")).toBeNull());
});

it("a viewer sees the deliveries; the rest is disabled, and nothing is asked of the server", async () => {
  const asked = shown("viewer");
  await screen.findByText("the receiver answered 503", {}, PATIENT);
  await press("Reveal");
  await press("Send again: evt_1");
  const button = screen.getByRole("button", { name: "Reveal" });
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(asked.filter((call) => call.startsWith("POST") || call.includes("secret"))).toEqual([]);
});
