// Answers the portal's API from memory, so that pages can be looked at without a server. Only `vite` and
// `vite preview` load it; a build never does. The cookie `scene` picks the world (see memory-data) or a fault:
// `error` (503), `slow` (2 s), `signed-out` (401).
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import type { Mode } from "../src/api/types";
import { bundles, makeKey, makeWorld, newId, type World } from "./memory-data";
import { pagePicture } from "./memory-picture";

/** As the gateway sends it: what the real policy would block must not work here either. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
  "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const SLOW_MS = 2_000;
const PAGES_OF_A_DOCUMENT = 3;
const worlds = new Map<string, World>();

export function memoryApi(): Plugin {
  return {
    name: "okdokument-memory-api",
    configureServer: (server) => void server.middlewares.use(answer),
    configurePreviewServer: (server) => {
      server.middlewares.use((_request, response, next) => {
        response.setHeader("content-security-policy", CSP);
        next();
      });
      server.middlewares.use(answer);
    },
  };
}

const answer: Connect.NextHandleFunction = (request, response, next) => {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (!url.pathname.startsWith("/api/")) return next();
  const scene = /scene=([a-z-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "full";
  const world = worlds.get(scene) ?? makeWorld(scene);
  worlds.set(scene, world);
  void handle(request, url, scene, world).then(
    async ({ status, body }) => {
      if (scene === "slow") await new Promise((done) => setTimeout(done, SLOW_MS));
      send(response, status, body);
    },
    (error: unknown) => send(response, 500, problem(500, "err.internal", String(error))),
  );
};

interface Answer {
  status: number;
  body?: unknown;
}

const ok = (body: unknown, status = 200): Answer => ({ status, body });
const problem = (status: number, code: string, title: string) => ({
  type: `/docs/errors/${code}`,
  title,
  status,
  code,
  detail: title,
  requestId: "req_0199a7c2e41b7d3f",
});
const refuse = (status: number, code: string, title: string): Answer => ({
  status,
  body: problem(status, code, title),
});

async function handle(request: IncomingMessage, url: URL, scene: string, world: World): Promise<Answer> {
  const body = await readBody(request);
  const mode: Mode = url.searchParams.get("mode") === "test" ? "test" : "live";
  const call = `${request.method} ${url.pathname}`;
  if (call === "GET /api/config.json")
    return ok({ apiUrl: "http://127.0.0.1:8080", docsUrl: "http://127.0.0.1:8080/docs", sandbox: true });
  if (scene === "signed-out" && !call.endsWith("sign-ups") && !call.endsWith("confirmations"))
    return refuse(401, call.endsWith("sessions") ? "err.sign.in.failed" : "err.session.ended", "Signed out.");
  if (scene === "error" && call !== "GET /api/tenant/me")
    return refuse(503, "err.unavailable", "The service is not available.");
  return (
    tenantCall(call, body, mode, world) ??
    billingCall(call, body, mode, world) ??
    signingCall(call, url, world)
  );
}

function tenantCall(
  call: string,
  body: Record<string, unknown>,
  mode: Mode,
  world: World,
): Answer | undefined {
  const id = /api-keys\/([^/]+)/.exec(call)?.[1];
  const key = world.keys.find((candidate) => candidate.id === id);
  switch (call) {
    case "POST /api/tenant/sign-ups":
      return ok({}, 202);
    case "POST /api/tenant/email-confirmations":
      return body["token"] === "good"
        ? ok(world.me)
        : refuse(400, "err.confirmation.invalid", "The link has ended.");
    case "POST /api/tenant/sessions":
    case "POST /api/tenant/sessions/refresh":
    case "GET /api/tenant/me":
      return ok(world.me);
    case "DELETE /api/tenant/sessions/current":
      return { status: 204 };
    case "POST /api/tenant/activation":
      world.me = {
        ...world.me,
        tenant: { ...world.me.tenant, apiState: "active", keepRawInk: body["keepRawInk"] === true },
      };
      return ok(world.me);
    case "GET /api/tenant/audit-log":
      return ok({ items: world.audit });
  }
  if (call === "GET /api/tenant/api-keys")
    return ok({ items: world.keys.filter((each) => each.mode === mode) });
  if (call === "POST /api/tenant/api-keys") {
    const made = makeKey(String(body["name"]), body["mode"] as Mode, {
      expiresAt: body["expiresAt"] as number | undefined,
    });
    world.keys = [made, ...world.keys];
    return ok({ key: made, secret: secretOf(made.mode, made.publicId) }, 201);
  }
  if (!key) return undefined;
  if (call.startsWith("DELETE ")) {
    world.keys = world.keys.map((each) => (each === key ? { ...each, state: "revoked" as const } : each));
    return { status: 204 };
  }
  const made = makeKey(key.name, key.mode);
  const old = {
    ...key,
    state: "expiring" as const,
    rotatedTo: made.id,
    expiresAt: Date.now() + Number(body["overlapSeconds"]) * 1000,
  };
  world.keys = [made, ...world.keys.map((each) => (each === key ? old : each))];
  return ok({ key: made, secret: secretOf(made.mode, made.publicId), old }, 201);
}

const secretOf = (mode: Mode, publicId: string) =>
  `okd_${mode}_${publicId}_4fQ9xTz1mYkB7uVcW2hLrN8sJdPaE6gRtXoKiU3vMb0Zn5A`;

function billingCall(
  call: string,
  body: Record<string, unknown>,
  mode: Mode,
  world: World,
): Answer | undefined {
  switch (call) {
    case "GET /api/billing/bundles":
      return ok({ items: bundles, priceList: "2026-11" });
    case "GET /api/billing/balance":
      return ok(world.balance(mode));
    case "GET /api/billing/usage":
      return ok({ items: world.usage(mode) });
    case "GET /api/billing/ledger":
      return ok({ items: world.ledger });
    case "GET /api/billing/purchases":
      return ok({ items: world.purchases });
    case "POST /api/billing/purchases": {
      const bundle = bundles.find((each) => each.id === body["bundleId"]);
      if (!bundle) return refuse(404, "err.not.found", "There is no such bundle.");
      const made = {
        id: newId("pur"),
        bundleId: bundle.id,
        units: bundle.units,
        price: bundle.price,
        state: "pending" as const,
        createdAt: Date.now(),
      };
      world.purchases = [made, ...world.purchases];
      return ok({ purchase: made, checkoutUrl: `/billing/return?purchase=${made.id}` }, 201);
    }
  }
  const id = /^GET \/api\/billing\/purchases\/(.+)$/.exec(call)?.[1];
  if (!id) return undefined;
  const found = world.purchases.find((each) => each.id === id || each.id.startsWith(`pur_${id}_`));
  return found ? ok(found) : refuse(404, "err.not.found", "There is no such purchase.");
}

const PAGE = 50;

/** The audit record of a request, as far as its row tells of it. */
function history(row: World["requests"]["live"][number]) {
  const key = { kind: "key", key: "0123456789abcdef", address: "192.0.2.7" };
  const signer = {
    kind: "signer",
    address: "198.51.100.4",
    device: { class: "phone", browser: "Chrome 131", system: "Android 15" },
    zone: "Europe/Bratislava",
  };
  const hash = "0".repeat(64);
  const event = (at: number, actor: object, fact: object) => ({ id: `evt_${at}`, at, actor, fact });
  return {
    documentId: row.documentId,
    filename: row.filename,
    sha256: hash,
    originalSha256: hash,
    events: [
      event(row.registeredAt, key, { act: "uploaded", filename: row.filename, sha256: hash }),
      event(row.registeredAt + 1, key, { act: "registered", expiresAt: row.expiresAt }),
      ...(row.openedAt ? [event(row.openedAt, signer, { act: "opened", sha256: hash })] : []),
      ...(row.signedAt
        ? [
            event(row.signedAt - 900, signer, {
              act: "submitted",
              signerName: "Jana Nováková",
              sha256: hash,
            }),
            event(row.signedAt, { kind: "service" }, { act: "sealed", revision: 2, sha256: hash }),
          ]
        : []),
    ],
  };
}

function signingCall(call: string, url: URL, world: World): Answer {
  const { mode, state, cursor, limit } = Object.fromEntries(url.searchParams);
  if (call === "GET /api/signing/signature-requests") {
    const all = world.requests[mode === "test" ? "test" : "live"].filter(
      (each) => !state || each.state === state,
    );
    const from = Number(cursor ?? 0);
    const to = from + Number(limit ?? PAGE);
    return ok({ items: all.slice(from, to), next: to < all.length ? String(to) : undefined });
  }
  if (call === "GET /api/signing/callbacks") {
    const delivery = url.searchParams.get("delivery");
    return ok({ items: world.callbacks.filter((each) => !delivery || each.delivery === delivery) });
  }
  if (call === "GET /api/signing/callback-secret")
    return ok({ secret: "whsec_bm90IGEgc2VjcmV0IGF0IGFsbCwgYnV0IGFzIGxvbmc=" });
  if (call.endsWith("/resend")) {
    const again = world.callbacks.find((each) => each.id === call.split("/").at(-2));
    return again ? ok(again, 202) : refuse(404, "err.not.found", "There is no such callback.");
  }
  const page = /\/pages\/(\d+)$/.exec(call)?.[1];
  if (page && Number(page) <= PAGES_OF_A_DOCUMENT)
    return ok(pagePicture(Number(url.searchParams.get("width") ?? 640)));
  if (call.endsWith("/audit")) {
    const id = call.split("/").at(-2);
    const row = world.requests[mode === "test" ? "test" : "live"].find((each) => each.documentId === id);
    return row ? ok(history(row)) : refuse(404, "err.not.found", "There is no such document.");
  }
  if (call.endsWith("/file") || call.endsWith("/original")) return ok(Buffer.from("%PDF-1.7\n"));
  return refuse(404, "err.not.found", "There is no such resource.");
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  if (body === undefined) return void response.end();
  const isFile = Buffer.isBuffer(body);
  const isPicture = isFile && body[0] === 0x89;
  const fileType = isPicture ? "image/png" : "application/pdf";
  const type = isFile ? fileType : status >= 400 ? "application/problem+json" : "application/json";
  response.setHeader("content-type", type);
  response.end(isFile ? body : JSON.stringify(body));
}
