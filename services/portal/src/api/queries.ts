// What the portal reads, with the key under which each answer is kept. Pages name these; none calls the client.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { billingApi, gatewayApi, signingApi, tenantApi } from "./client";
import { apiKeyOf, purchaseOf, requestOf } from "./narrow";
import { answerOf } from "./problem";
import type { AuditRecord, Delivery, Mode, RequestState } from "./types";

/** The panels of Home ask again together, so that their numbers belong to one moment. */
const REFRESH_MS = 30_000;

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: () => answerOf(tenantApi.GET("/api/tenant/me")),
  staleTime: 60_000,
});

export const configQuery = queryOptions({
  queryKey: ["config"],
  queryFn: () => answerOf(gatewayApi.GET("/api/config.json")),
  staleTime: Infinity,
});

export const apiKeysQuery = (mode: Mode) =>
  queryOptions({
    queryKey: ["api-keys", mode],
    queryFn: async () =>
      (await answerOf(tenantApi.GET("/api/tenant/api-keys", { params: { query: { mode } } }))).items.map(
        apiKeyOf,
      ),
  });

export const auditLogQuery = infiniteQueryOptions({
  queryKey: ["audit-log"],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam: cursor }) =>
    answerOf(tenantApi.GET("/api/tenant/audit-log", { params: { query: { cursor } } })),
  getNextPageParam: (page) => page.next ?? undefined,
});

export const documentAuditQuery = (mode: Mode, documentId: string) =>
  queryOptions({
    queryKey: ["document-audit", mode, documentId],
    queryFn: async () =>
      (await answerOf(
        signingApi.GET("/api/signing/documents/{id}/audit", {
          params: { path: { id: documentId }, query: { mode } },
          headers: { accept: "application/json" },
        }),
      )) as AuditRecord,
  });

export const bundlesQuery = queryOptions({
  queryKey: ["bundles"],
  queryFn: () => answerOf(billingApi.GET("/api/billing/bundles")),
  staleTime: 300_000,
});

export const purchasesQuery = queryOptions({
  queryKey: ["purchases"],
  queryFn: async () => (await answerOf(billingApi.GET("/api/billing/purchases"))).items.map(purchaseOf),
});

export const purchaseQuery = (id: string) =>
  queryOptions({
    queryKey: ["purchases", id],
    queryFn: async () =>
      purchaseOf(await answerOf(billingApi.GET("/api/billing/purchases/{id}", { params: { path: { id } } }))),
  });

export const balanceQuery = (mode: Mode) =>
  queryOptions({
    queryKey: ["balance", mode],
    queryFn: () => answerOf(billingApi.GET("/api/billing/balance", { params: { query: { mode } } })),
    refetchInterval: REFRESH_MS,
  });

export const USAGE_DAYS = 30;
export const usageQuery = (mode: Mode) =>
  queryOptions({
    queryKey: ["usage", mode],
    queryFn: async () =>
      (
        await answerOf(
          billingApi.GET("/api/billing/usage", { params: { query: { mode, days: USAGE_DAYS } } }),
        )
      ).items,
    refetchInterval: REFRESH_MS,
  });

export const ledgerQuery = (mode: Mode) =>
  infiniteQueryOptions({
    queryKey: ["ledger", mode],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answerOf(billingApi.GET("/api/billing/ledger", { params: { query: { mode, cursor } } })),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const latestRequestsQuery = (mode: Mode) =>
  queryOptions({
    queryKey: ["signature-requests", mode, "latest"],
    queryFn: async () =>
      (
        await answerOf(
          signingApi.GET("/api/signing/signature-requests", { params: { query: { mode, limit: 5 } } }),
        )
      ).items.map(requestOf),
    refetchInterval: REFRESH_MS,
  });

const REQUESTS_PAGE = 50;
export const requestsQuery = (mode: Mode, state: RequestState | undefined) =>
  infiniteQueryOptions({
    queryKey: ["signature-requests", mode, "all", state ?? "any"],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor }) => {
      const page = await answerOf(
        signingApi.GET("/api/signing/signature-requests", {
          params: { query: { mode, state, cursor, limit: REQUESTS_PAGE } },
        }),
      );
      return { ...page, items: page.items.map(requestOf) };
    },
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const callbacksQuery = (mode: Mode, delivery: Delivery | undefined) =>
  infiniteQueryOptions({
    queryKey: ["callbacks", mode, delivery ?? "any"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answerOf(signingApi.GET("/api/signing/callbacks", { params: { query: { mode, delivery, cursor } } })),
    getNextPageParam: (page) => page.next ?? undefined,
    // What is under way is soon taken, or tried again.
    refetchInterval: REFRESH_MS,
  });
