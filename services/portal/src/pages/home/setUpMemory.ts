// Remembers in this browser that a tenant's set-up is done: Home then neither asks for it nor keeps a place for it.

const key = (tenantId: string) => `okd-set-up-${tenantId}`;

export function wasSetUp(tenantId: string): boolean {
  try {
    return localStorage.getItem(key(tenantId)) === "done";
  } catch {
    // Without storage the list is looked up on each visit, as on the first.
    return false;
  }
}

export function rememberSetUp(tenantId: string): void {
  try {
    localStorage.setItem(key(tenantId), "done");
  } catch {
    // See above.
  }
}
