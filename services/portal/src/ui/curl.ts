// The commands a developer pastes. They must run as they stand, so nothing in them is left to fill in.

/** One page, "Sample agreement", with a correct cross-reference table; small enough to stand in a command. */
export const SAMPLE_PDF_BASE64 = [
  "JVBERi0xLjcKMSAwIG9iago8PC9UeXBlL0NhdGFsb2cvUGFnZXMgMiAwIFI+PgplbmRvYmoKMiAwIG9iago8PC9UeXBlL1BhZ2Vz",
  "L0tpZHNbMyAwIFJdL0NvdW50IDE+PgplbmRvYmoKMyAwIG9iago8PC9UeXBlL1BhZ2UvUGFyZW50IDIgMCBSL01lZGlhQm94WzAg",
  "MCA1OTUgODQyXS9Db250ZW50cyA0IDAgUi9SZXNvdXJjZXM8PC9Gb250PDwvRjEgNSAwIFI+Pj4+Pj4KZW5kb2JqCjQgMCBvYmoK",
  "PDwvTGVuZ3RoIDEwOD4+c3RyZWFtCkJUIC9GMSAyNCBUZiA3MiA3MjAgVGQgKFNhbXBsZSBhZ3JlZW1lbnQpIFRqIC9GMSAxMiBU",
  "ZiAwIC00MCBUZCAoTWFkZSBieSBvbmUgY3VybC4gUGxlYXNlIHNpZ24gYmVsb3cuKSBUaiBFVAplbmRzdHJlYW0KZW5kb2JqCjUg",
  "MCBvYmoKPDwvVHlwZS9Gb250L1N1YnR5cGUvVHlwZTEvQmFzZUZvbnQvSGVsdmV0aWNhPj4KZW5kb2JqCnhyZWYKMCA2CjAwMDAw",
  "MDAwMDAgNjU1MzUgZiAKMDAwMDAwMDAwOSAwMDAwMCBuIAowMDAwMDAwMDU0IDAwMDAwIG4gCjAwMDAwMDAxMDUgMDAwMDAgbiAK",
  "MDAwMDAwMDIxNyAwMDAwMCBuIAowMDAwMDAwMzczIDAwMDAwIG4gCnRyYWlsZXIKPDwvU2l6ZSA2L1Jvb3QgMSAwIFI+PgpzdGFy",
  "dHhyZWYKNDM2CiUlRU9GCg==",
].join("");

/** In double quotes the shell fills in a variable; an issued key has nothing in it that a shell would touch. */
const header = (key: string) => `-H "x-api-key: ${key}"`;

/** Registers a signature request for the sample PDF; the answer has the signer's link in `url`. */
export function createCurl(apiUrl: string, key: string): string {
  const body = JSON.stringify({ filedata: { filename: "sample.pdf", content: SAMPLE_PDF_BASE64 } });
  return [
    `curl -sS ${apiUrl}/JSON/signatureRequest`,
    header(key),
    `-H "content-type: application/json"`,
    `-d '${body}'`,
  ].join(" \\\n  ");
}

/** What is left and what was used; costs nothing. */
export function counterCurl(apiUrl: string, key: string): string {
  return [`curl -sS ${apiUrl}/JSON/counter`, header(key)].join(" \\\n  ");
}
