// A document's bytes, saved under its own name.
import { signingApi } from "./client";
import { answerOf } from "./problem";
import type { Mode, SignatureRequestView } from "./types";

/** Goes through the client and not through a plain link: a link would save the 401 of an expired token as a PDF. */
export async function downloadDocument(request: SignatureRequestView, mode: Mode): Promise<void> {
  const file = await answerOf(
    signingApi.GET("/api/signing/documents/{id}/file", {
      params: { path: { id: request.documentId }, query: { mode } },
      parseAs: "blob",
    }),
  );
  // The file is a PDF whatever the upload was called: contract.docx comes back as contract.pdf.
  save(file as unknown as Blob, `${request.filename.replace(/\.[A-Za-z0-9]{1,5}$/, "")}.pdf`);
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
