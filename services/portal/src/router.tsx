// Every address of the portal. What a page needs to be linked (mode, filter, purchase) is in its URL.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
  type RouterHistory,
  type SearchSchemaInput,
} from "@tanstack/react-router";
import { Problem } from "./api/problem";
import * as queries from "./api/queries";
import { DELIVERIES, REQUEST_STATES } from "./api/narrow";
import type { Delivery, Mode, RequestState } from "./api/types";
import { ownPath } from "./ownPath";
import { Crash } from "./shell/Crash";
import { NotFound } from "./shell/NotFound";
import { Shell } from "./shell/Shell";
import { ShellSkeleton } from "./shell/ShellSkeleton";

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: Crash,
});

// Pages before the sign-in.
const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { returnTo?: string } => ({
    returnTo: ownPath(search["returnTo"]),
  }),
  component: lazyRouteComponent(() => import("./pages/account/SignIn"), "SignIn"),
});
const signUp = createRoute({
  getParentRoute: () => root,
  path: "/sign-up",
  component: lazyRouteComponent(() => import("./pages/account/SignUp"), "SignUp"),
});
const checkMail = createRoute({
  getParentRoute: () => root,
  path: "/check-mail",
  component: lazyRouteComponent(() => import("./pages/account/CheckMail"), "CheckMail"),
});
const confirmEmail = createRoute({
  getParentRoute: () => root,
  path: "/confirm-email",
  component: lazyRouteComponent(() => import("./pages/account/ConfirmEmail"), "ConfirmEmail"),
});

/** The frame of all pages that need a session; its `mode` goes along from page to page. */
const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  validateSearch: (search: { mode?: Mode } & SearchSchemaInput): { mode: Mode } => ({
    mode: search.mode === "test" ? "test" : "live",
  }),
  search: { middlewares: [retainSearchParams(["mode"])] },
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(queries.meQuery);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
      // The first visit is no ended session: without a place to return to, nothing is said about one.
      const returnTo = location.pathname === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: { returnTo }, replace: true });
    }
  },
  pendingComponent: ShellSkeleton,
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  loaderDeps: ({ search }) => ({ mode: search.mode }),
  loader: ({ context: { queryClient }, deps: { mode } }) => {
    // Asked for while the page's code is on its way; the page shows skeletons, so nothing waits here.
    void queryClient.prefetchQuery(queries.balanceQuery(mode));
    void queryClient.prefetchQuery(queries.usageQuery(mode));
    void queryClient.prefetchQuery(queries.latestRequestsQuery(mode));
  },
  component: lazyRouteComponent(() => import("./pages/home/Home"), "Home"),
});

const requests = createRoute({
  getParentRoute: () => shell,
  path: "/requests",
  validateSearch: (search: { state?: RequestState } & SearchSchemaInput): { state?: RequestState } => ({
    state: REQUEST_STATES.find((state) => state === search.state),
  }),
  component: lazyRouteComponent(() => import("./pages/requests/Requests"), "Requests"),
});

const keys = createRoute({
  getParentRoute: () => shell,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("./pages/keys/ApiKeys"), "ApiKeys"),
});
const activation = createRoute({
  getParentRoute: () => shell,
  path: "/activation",
  component: lazyRouteComponent(() => import("./pages/activation/Activation"), "Activation"),
});

const billing = createRoute({
  getParentRoute: () => shell,
  path: "/billing",
  component: lazyRouteComponent(() => import("./pages/billing/Billing"), "Billing"),
});
const bundles = createRoute({
  getParentRoute: () => billing,
  path: "/",
  validateSearch: (search: { canceled?: string } & SearchSchemaInput): { canceled?: string } => ({
    canceled: typeof search.canceled === "string" ? search.canceled : undefined,
  }),
  component: lazyRouteComponent(() => import("./pages/billing/Bundles"), "Bundles"),
});
const lots = createRoute({
  getParentRoute: () => billing,
  path: "/lots",
  component: lazyRouteComponent(() => import("./pages/billing/Lots"), "Lots"),
});
const ledger = createRoute({
  getParentRoute: () => billing,
  path: "/ledger",
  component: lazyRouteComponent(() => import("./pages/billing/Ledger"), "Ledger"),
});
const purchase = createRoute({
  getParentRoute: () => shell,
  path: "/billing/return",
  validateSearch: (search: { purchase?: string } & SearchSchemaInput): { purchase: string } => ({
    purchase: typeof search.purchase === "string" ? search.purchase : "",
  }),
  component: lazyRouteComponent(() => import("./pages/billing/PurchaseReturn"), "PurchaseReturn"),
});

const callbacks = createRoute({
  getParentRoute: () => shell,
  path: "/callbacks",
  validateSearch: (search: { delivery?: Delivery } & SearchSchemaInput): { delivery?: Delivery } => ({
    delivery: DELIVERIES.find((delivery) => delivery === search.delivery),
  }),
  component: lazyRouteComponent(() => import("./pages/callbacks/Callbacks"), "Callbacks"),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: "/audit-log",
  component: lazyRouteComponent(() => import("./pages/audit/AuditLog"), "AuditLog"),
});
const developers = createRoute({
  getParentRoute: () => shell,
  path: "/developers",
  component: lazyRouteComponent(() => import("./pages/developers/Developers"), "Developers"),
});

const routeTree = root.addChildren([
  signIn,
  signUp,
  checkMail,
  confirmEmail,
  shell.addChildren([
    home,
    requests,
    keys,
    activation,
    purchase,
    billing.addChildren([bundles, lots, ledger]),
    callbacks,
    audit,
    developers,
  ]),
]);

export function makeRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { queryClient },
    defaultPreload: "intent",
    // TanStack Query decides what is stale.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 0,
    defaultErrorComponent: Crash,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
  interface HistoryState {
    /** Carried from the sign-up to "check your mail"; an address of a person has no place in a URL. */
    email?: string;
  }
}
