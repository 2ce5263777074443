// Where to go after the sign-in: a page of this portal, never an address that someone put into the link.

/** The value if it is a path of our own; `//host` and `/\host` would leave the portal. */
export function ownPath(value: unknown): string | undefined {
  if (typeof value !== "string" || !value.startsWith("/")) return undefined;
  const url = new URL(value, location.origin);
  return url.origin === location.origin && url.pathname !== "/sign-in"
    ? url.pathname + url.search
    : undefined;
}
