// Ids as the eye compares them.

const TAIL = 6;

/** The kind and the end of an id; the beginning is time and looks alike for neighbours. */
export function shortId(id: string): string {
  const kind = /^[a-z]+_/.exec(id)?.[0] ?? "";
  return id.length > kind.length + TAIL ? `${kind}…${id.slice(-TAIL)}` : id;
}
