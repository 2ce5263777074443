// Keeps the short access cookie fresh: one refresh at a time, one retry of each call it cut off.

const SESSIONS = "/api/tenant/sessions";
let inFlight: Promise<Response> | undefined;

/** fetch for every call of the portal: a 401 is answered by one refresh and one repeat. */
export async function sessionFetch(request: Request): Promise<Response> {
  // A body can be read once; the copy is for the repeat.
  const repeat = request.clone();
  const response = await fetch(request);
  if (response.status !== 401 || new URL(request.url).pathname.startsWith(SESSIONS)) return response;
  const refreshed = await refresh();
  // Not refreshed: the refusal (or the outage) of the refresh is the truth to tell, not the old 401.
  return refreshed.ok ? fetch(repeat) : refreshed;
}

/** All calls that meet an expired token share one refresh: the refresh token rotates and works once. */
async function refresh(): Promise<Response> {
  inFlight ??= acrossTabs(() =>
    fetch(new Request(new URL(`${SESSIONS}/refresh`, location.origin), { method: "POST" })),
  ).finally(() => {
    inFlight = undefined;
  });
  return (await inFlight).clone();
}

/** Two tabs would present the same refresh token at once, which looks like a theft of it. */
async function acrossTabs(act: () => Promise<Response>): Promise<Response> {
  const locks = (navigator as { locks?: LockManager }).locks;
  return locks ? locks.request("okd-session-refresh", act) : act();
}
