// A document's bytes and what stands beside them, saved under their own names.
import { signingApi } from "./client";
import { answerOf } from "./problem";
import type { Mode, SignatureRequestView } from "./types";

/** Everything goes through the client and not through a plain link: a link would save the 401 of an expired token as a PDF. */
const of = (request: SignatureRequestView, mode: Mode) => ({
  params: { path: { id: request.documentId }, query: { mode } },
  parseAs: "blob" as const,
});

// The file is a PDF whatever the upload was called: contract.docx comes back as contract.pdf.
const stem = (request: SignatureRequestView) => request.filename.replace(/\.[A-Za-z0-9]{1,5}$/, "");

export async function downloadDocument(request: SignatureRequestView, mode: Mode): Promise<void> {
  const file = await answerOf(signingApi.GET("/api/signing/documents/{id}/file", of(request, mode)));
  save(file as unknown as Blob, `${stem(request)}.pdf`);
}

/** The sealed page that tells who did what when. */
export async function downloadAuditPage(request: SignatureRequestView, mode: Mode): Promise<void> {
  const call = signingApi.GET("/api/signing/documents/{id}/audit", {
    ...of(request, mode),
    headers: { accept: "application/pdf" },
  });
  save((await answerOf(call)) as unknown as Blob, `${stem(request)}.audit.pdf`);
}

/** The file as it was sent, under the name that it came with. */
export async function downloadOriginal(
  request: SignatureRequestView,
  mode: Mode,
  sentAs: string,
): Promise<void> {
  const call = signingApi.GET("/api/signing/documents/{id}/original", of(request, mode));
  save((await answerOf(call)) as unknown as Blob, sentAs);
}

/** Hands bytes to the browser's own "save" under a name. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
