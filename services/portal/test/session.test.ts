import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { sessionFetch } from "@/api/session";

const api = (path: string, init?: RequestInit) => new Request(new URL(path, location.origin), init);
const refused = () => Response.json({ code: "err.session.ended" }, { status: 401 });

/** A server whose access token is expired until the refresh is called. */
function expiredSession({ refresh = () => Response.json({}) } = {}) {
  let fresh = false;
  const calls: string[] = [];
  const server = vi.fn(async (request: Request) => {
    const { pathname } = new URL(request.url);
    calls.push(`${request.method} ${pathname}`);
    if (pathname === "/api/tenant/sessions/refresh") {
      // Long enough for others to arrive meanwhile.
      await new Promise((done) => setTimeout(done, 20));
      const answer = refresh();
      fresh = answer.ok;
      return answer;
    }
    return fresh ? Response.json({ saw: await request.text() }) : refused();
  });
  vi.stubGlobal("fetch", server);
  return calls;
}

beforeEach(() => {
  vi.unstubAllGlobals();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("an expired access token", () => {
  it("is refreshed once and the call repeated with its body", async () => {
    const calls = expiredSession();
    const answer = await sessionFetch(
      api("/api/tenant/api-keys", { method: "POST", body: '{"name":"CRM"}' }),
    );
    expect(await answer.json()).toEqual({ saw: '{"name":"CRM"}' });
    expect(calls).toEqual([
      "POST /api/tenant/api-keys",
      "POST /api/tenant/sessions/refresh",
      "POST /api/tenant/api-keys",
    ]);
  });

  it("is refreshed once for all calls that meet it at the same time", async () => {
    const calls = expiredSession();
    const answers = await Promise.all(
      ["/api/tenant/me", "/api/billing/balance", "/api/billing/usage"].map((path) => sessionFetch(api(path))),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(calls.filter((call) => call.endsWith("/refresh"))).toHaveLength(1);
  });

  it("is refreshed again the next time it expires", async () => {
    const calls = expiredSession();
    await sessionFetch(api("/api/tenant/me"));
    expiredSession();
    expect((await sessionFetch(api("/api/tenant/me"))).status).toBe(200);
    expect(calls).toHaveLength(3);
  });
});

describe("a session that has ended", () => {
  it("is told to each caller in a body of its own", async () => {
    const calls = expiredSession({ refresh: refused });
    const answers = await Promise.all([
      sessionFetch(api("/api/tenant/me")),
      sessionFetch(api("/api/billing/usage")),
    ]);
    for (const answer of answers) expect(await answer.json()).toEqual({ code: "err.session.ended" });
    expect(calls).toHaveLength(3);
  });

  it("is not concluded from an outage of the refresh", async () => {
    expiredSession({ refresh: () => Response.json({ code: "err.unavailable" }, { status: 503 }) });
    expect((await sessionFetch(api("/api/tenant/me"))).status).toBe(503);
  });
});

it("a wrong password is a 401 that no refresh would mend", async () => {
  const calls = expiredSession();
  expect((await sessionFetch(api("/api/tenant/sessions", { method: "POST", body: "{}" }))).status).toBe(401);
  expect(calls).toEqual(["POST /api/tenant/sessions"]);
});
