// Signature requests and their documents, as the working contract has them.
import type { Path, Query, Read } from "./hand";

export interface SignatureRequestView {
  signatureRequestId: string;
  documentId: string;
  filename: string;
  state:
    "waiting" | "opened" | "sealing" | "signed" | "canceled" | "expired" | "deleted" | "callback_failing";
  registeredAt: number;
  openedAt?: number | null;
  signedAt?: number | null;
  chargeId: string;
  url: string;
}

type Mode = { mode?: "live" | "test" };

export interface paths {
  "/api/signing/signature-requests": Read<
    Query<Mode & { limit?: number; state?: SignatureRequestView["state"]; cursor?: string }>,
    { items: SignatureRequestView[]; next?: string | null }
  >;
  "/api/signing/documents/{id}/file": {
    get: {
      parameters: Path<"id"> & Query<Mode>;
      responses: { 200: { content: { "application/pdf": Blob } } };
    };
  };
}
