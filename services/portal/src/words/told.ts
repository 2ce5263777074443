// Words for codes of the API: a code that is newer than this portal is shown as it is.

export function told(words: Record<string, string>, code: string): string {
  return Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}
