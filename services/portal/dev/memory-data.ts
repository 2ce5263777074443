// A tenant as it may look after two months, and one of the first hour. Never part of the build.
import type {
  ApiKeyView,
  AuditEntry,
  BalanceView,
  BundleView,
  CallbackView,
  LedgerEntryView,
  Me,
  PurchaseView,
  SignatureRequestView,
} from "../src/api/types";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface World {
  me: Me;
  keys: ApiKeyView[];
  purchases: PurchaseView[];
  requests: Record<"live" | "test", SignatureRequestView[]>;
  balance: (mode: "live" | "test") => BalanceView;
  usage: (mode: "live" | "test") => { day: string; used: number }[];
  ledger: LedgerEntryView[];
  audit: AuditEntry[];
  callbacks: CallbackView[];
}

export const bundles: BundleView[] = [
  { id: "bun_100", units: 100, price: { minor: 4_900, currency: "EUR" }, validityMonths: 12 },
  { id: "bun_1000", units: 1_000, price: { minor: 39_000, currency: "EUR" }, validityMonths: 12 },
  { id: "bun_10000", units: 10_000, price: { minor: 290_000, currency: "EUR" }, validityMonths: 12 },
];

let counter = 0;
/** Looks like our ids: a kind, then time-ordered hex. */
export const newId = (kind: string) =>
  `${kind}_0199${(Date.now() % 1e9).toString(16)}${(0x5a17 + 7919 * ++counter).toString(16).padStart(14, "c")}`;

export function makeKey(name: string, mode: "live" | "test", rest: Partial<ApiKeyView> = {}): ApiKeyView {
  const id = newId("key");
  return {
    id,
    name,
    mode,
    publicId: id.slice(-8),
    scopes: ["requests:write", "documents:read", "documents:write", "usage:read"],
    lastFour: id.slice(-11, -7),
    createdAt: Date.now(),
    state: "active",
    ...rest,
  };
}

function me(apiState: Me["tenant"]["apiState"], now: number): Me {
  return {
    member: { id: "mem_1", email: "jozef.novak@tatraleasing.sk", role: "owner" },
    tenant: {
      id: "ten_1",
      name: "Tatra Leasing",
      slug: "tatra-leasing",
      apiState,
      keepRawInk: false,
      zone: "Europe/Bratislava",
      lang: "sk",
      createdAt: now - 61 * DAY,
    },
  };
}

const FILES = [
  "Leasing contract 2291.pdf",
  "GDPR consent.pdf",
  "Handover protocol.docx",
  "Annex 4.pdf",
  "Purchase agreement Škoda Octavia Combi 2.0 TDI, change of delivery date and colour.pdf",
  "Order 8814.pdf",
  "NDA Kráľ & partners.pdf",
];
const STATES: SignatureRequestView["state"][] = [
  "signed",
  "opened",
  "waiting",
  "callback_failing",
  "signed",
  "signed",
  "canceled",
  "sealing",
  "expired",
  "signed",
  "deleted",
];
const AGES = [2 * MINUTE, 9 * MINUTE, 31 * MINUTE, HOUR, 3 * HOUR, 5 * HOUR];

function requests(count: number, now: number): SignatureRequestView[] {
  return Array.from({ length: count }, (_, index) => {
    const state = STATES[index % STATES.length] ?? "signed";
    const registeredAt = now - (AGES[index] ?? index * 2.7 * HOUR);
    const signatureRequestId = `1d58a59e-e8f7-4d07-bb99-d3fa39cb${(0x1000 + index * 37).toString(16)}`;
    return {
      signatureRequestId,
      documentId: `y7Ki_u1mrUwijfb-o_S1JiphSsoXya8iypH${index}`,
      filename: FILES[index % FILES.length] ?? "",
      state,
      registeredAt,
      expiresAt: registeredAt + DAY,
      cancelReason: state === "canceled" ? "The price is not what we agreed on the phone." : undefined,
      openedAt: state === "waiting" ? undefined : registeredAt + MINUTE,
      signedAt: ["signed", "callback_failing", "deleted"].includes(state) ? registeredAt + 90_000 : undefined,
      chargeId: newId("chg"),
      url: `http://127.0.0.1:8080/openDocument/${signatureRequestId}`,
      sealing:
        state === "sealing"
          ? { tries: 4, reason: "key", failedAt: now - MINUTE, nextTryAt: now + 2 * MINUTE }
          : undefined,
    };
  });
}

const USED = [
  30, 32, 44, 43, 43, 39, 52, 62, 60, 45, 48, 39, 17, 11, 23, 34, 29, 26, 25, 0, 0, 23, 27, 34, 40, 26, 29,
  36, 51, 46,
];
function usage(scale: number, now: number) {
  return USED.map((used, index) => ({
    day: new Date(now - (USED.length - 1 - index) * DAY).toISOString().slice(0, 10),
    used: Math.round(used * scale),
  }));
}

function liveBalance(now: number): BalanceView {
  const lot = (
    kind: "purchase" | "trial",
    units: number,
    available: number,
    ageDays: number,
    lifeDays: number,
  ) => ({
    id: newId("lot"),
    kind,
    units,
    available,
    createdAt: now - ageDays * DAY,
    expiresAt: now + (lifeDays - ageDays) * DAY,
  });
  return {
    mode: "live",
    available: 1_284,
    held: 3,
    // As the API counts: held units are used ones.
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
    checkedAt: now - 12_000,
    lots: [
      lot("purchase", 490, 312, 359, 365),
      lot("purchase", 1_000, 972, 40, 365),
      lot("purchase", 1_000, 0, 58, 365),
      lot("trial", 10, 0, 61, 90),
    ],
  };
}

function testBalance(now: number, used: number): BalanceView {
  const midnight = Math.ceil(now / DAY) * DAY;
  return {
    mode: "test",
    available: 1_000 - used,
    held: 0,
    used,
    lapsed: 0,
    refunded: 0,
    debt: 0,
    debtBlocks: false,
    purchasePaysDebt: false,
    purchased: 0,
    granted: 1_000,
    overSold: 0,
    drift: 0,
    checkedAt: now - 31_000,
    lots:
      used === 0
        ? []
        : [
            {
              id: newId("lot"),
              kind: "test",
              units: 1_000,
              available: 1_000 - used,
              createdAt: midnight - DAY,
              expiresAt: midnight,
            },
          ],
  };
}

function ledger(now: number): LedgerEntryView[] {
  return Array.from({ length: 12 }, (_, index) => {
    const commit = index % 2 === 0;
    return {
      id: newId("ent"),
      at: now - index * 7 * MINUTE,
      kind: index === 11 ? "purchase" : commit ? "commit" : "reserve",
      units: index === 11 ? 1_000 : commit ? 1 : -1,
      account: index === 11 ? "available" : commit ? "consumed" : "available",
      lotId: "lot_0199a1b2c3d4",
      chargeId: index === 11 ? undefined : newId("chg"),
      purchaseId: index === 11 ? newId("pur") : undefined,
    };
  });
}

function callbacks(now: number): CallbackView[] {
  const made = (
    hoursAgo: number,
    rest: Pick<CallbackView, "state" | "delivery"> & Partial<CallbackView>,
  ) => ({
    id: newId("evt"),
    signatureRequestId: `1d58a59e-e8f7-4d07-bb99-d3fa39cb5${String(hoursAgo).padStart(3, "0")}`,
    documentId: `y7Ki_u1mrUwijfb-o_S1JiphSsoXya8iypH38${hoursAgo}`,
    madeAt: now - hoursAgo * HOUR,
    url: "https://crm.tatraleasing.sk/hooks/okdokument",
    ...rest,
  });
  return [
    made(1, {
      state: "signed",
      delivery: "waiting",
      tries: 4,
      nextTryAt: now + 7 * MINUTE,
      lastError: "the receiver answered 503",
    }),
    made(3, { state: "signed", delivery: "taken", tries: 1, takenAt: now - 3 * HOUR }),
    made(5, { state: "canceled", delivery: "taken", tries: 2, takenAt: now - 5 * HOUR }),
    made(50, {
      state: "signed",
      delivery: "givenUp",
      tries: 41,
      givenUpAt: now - 26 * HOUR,
      lastError: "the receiver could not be reached",
    }),
  ];
}

function audit(now: number): AuditEntry[] {
  const acts: [string, string, string][] = [
    ["api_key.created", "CRM production", "jozef.novak@tatraleasing.sk"],
    ["api_key.rotated", "Branch tablets", "jozef.novak@tatraleasing.sk"],
    ["session.started", "jozef.novak@tatraleasing.sk", "jozef.novak@tatraleasing.sk"],
    ["api.activated", "terms 2026-11", "jozef.novak@tatraleasing.sk"],
    ["tenant.created", "Tatra Leasing", "jozef.novak@tatraleasing.sk"],
  ];
  return acts.map(([act, subject, actor], index) => ({
    id: newId("aud"),
    at: now - (index * 9 + 1) * HOUR,
    actor,
    act,
    subject,
    from: index === 4 ? undefined : "81.92.104.7",
  }));
}

/** `full`: in use. `new`: just signed up. `empty`: active, nothing done yet. */
export function makeWorld(scene: string): World {
  const now = Date.now();
  const full = scene !== "new" && scene !== "empty";
  const zero = { ...liveBalance(now), available: 10, held: 0, used: 0, purchased: 0, granted: 10, lots: [] };
  return {
    me: me(scene === "new" ? "inactive" : "active", now),
    keys: full
      ? [
          makeKey("CRM production", "live", {
            createdAt: now - 60 * DAY,
            lastUsedAt: now - 2 * MINUTE,
            lastUsedFrom: "81.92.104.7",
          }),
          makeKey("Branch tablets", "live", {
            createdAt: now - 30 * DAY,
            lastUsedAt: now - 3 * HOUR,
            lastUsedFrom: "2a01:c846::71",
            state: "expiring",
            expiresAt: now + HOUR,
            rotatedTo: "key_2",
          }),
          makeKey("Old intranet", "live", {
            createdAt: now - 61 * DAY,
            state: "revoked",
            revokedAt: now - DAY,
          }),
          makeKey("Laptop of Eva", "test", {
            createdAt: now - 9 * DAY,
            expiresAt: now + 80 * DAY,
            scopes: ["documents:read", "usage:read"],
          }),
        ]
      : [],
    purchases: full
      ? [
          purchase("pending", bundles[0], now - 3 * MINUTE),
          purchase("paid", bundles[1], now - 40 * DAY),
          purchase("failed", bundles[2], now - 41 * DAY),
          purchase("expired", bundles[1], now - 45 * DAY),
          purchase("needs_review", bundles[0], now - 50 * DAY),
          purchase("paid", bundles[1], now - 58 * DAY),
        ]
      : [],
    requests: { live: full ? requests(63, now) : [], test: full ? requests(4, now) : [] },
    balance: (mode) => (mode === "test" ? testBalance(now, full ? 37 : 0) : full ? liveBalance(now) : zero),
    usage: (mode) => (full ? usage(mode === "test" ? 0.3 : 1, now) : []),
    ledger: full ? ledger(now) : [],
    audit: full ? audit(now) : [],
    callbacks: full ? callbacks(now) : [],
  };
}

function purchase(
  state: PurchaseView["state"],
  bundle: BundleView | undefined,
  createdAt: number,
): PurchaseView {
  if (!bundle) throw new Error("no such bundle");
  return {
    id: `pur_${state}_${createdAt}`,
    bundleId: bundle.id,
    units: bundle.units,
    price: bundle.price,
    state,
    createdAt,
    paidAt: state === "paid" ? createdAt + MINUTE : undefined,
  };
}
