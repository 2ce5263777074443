// How answers are kept and when a call is made again; and the one place that notices an ended session.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { Problem, UNREACHABLE } from "./api/problem";

const TRIES = 2;
const FRESH_MS = 1_000;

/** `toSignIn` gets the address to come back to. */
export function makeQueryClient(toSignIn: (returnTo: string) => void): QueryClient {
  const noticeEnd = (error: unknown) => {
    if (!(error instanceof Problem) || error.status !== 401 || error.code === "err.sign.in.failed") return;
    if (location.pathname === "/sign-in") return;
    // What one member saw must not be shown to the next who signs in here.
    client.clear();
    toSignIn(location.pathname + location.search);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError: noticeEnd }),
    mutationCache: new MutationCache({ onError: noticeEnd }),
    defaultOptions: {
      // Long enough that a page takes over what was asked for while its code was loading; beyond that each page asks
      // anew, since a balance beside a newer chart would not add up.
      queries: { retry: mayPass, staleTime: FRESH_MS, networkMode: "always" },
      // A write is never repeated by itself: the person decides.
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}

/** A refusal stays a refusal; an outage may be over in a moment. */
function mayPass(failures: number, error: unknown): boolean {
  if (failures >= TRIES) return false;
  return error instanceof Problem && (error.code === UNREACHABLE || error.status >= 500);
}
