// A page of a document as a picture, fetched like any other call, so that an expired session is refreshed first.
import { queryOptions } from "@tanstack/react-query";
import { problemFrom, problemOf } from "./problem";
import { sessionFetch } from "./session";
import type { Mode, SignatureRequestView } from "./types";

/** In pixels, as the server draws them: sharp on a screen of twice the density. */
export const THUMBNAIL_WIDTH = 160;
export const PAGE_WIDTH = 1280;

/**
 * Which picture. What a state adds to the page changes with the state, hence the state is part of the key: after the
 * signature the page is asked for again.
 */
export interface PictureWish {
  request: SignatureRequestView;
  mode: Mode;
  /** Counts from 1. */
  page: number;
  width: number;
}

export const pictureQuery = ({ request, mode, page, width }: PictureWish) =>
  queryOptions({
    queryKey: ["picture", request.documentId, request.state, mode, page, width],
    queryFn: async () => {
      const path = `/api/signing/documents/${encodeURIComponent(request.documentId)}/pages/${page}`;
      const url = new URL(`${path}?mode=${mode}&width=${width}`, location.origin);
      const response = await sessionFetch(new Request(url)).catch((cause: unknown) => {
        throw problemOf(cause);
      });
      if (!response.ok) throw problemFrom(await response.json().catch(() => undefined), response);
      return response.blob();
    },
    staleTime: 60_000,
    retry: false,
  });
