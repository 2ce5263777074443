// Opens a PDF with pdf.js. The only file that knows the library's calls besides the renderer.
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/legacy/build/pdf.worker.min.mjs?url';
import { toRotation, type PageShape } from '../geometry.ts';

export type PdfLibrary = typeof import('pdfjs-dist');

/** Loads beside the first answer of the server, not after it: together they decide when the first page stands. */
export async function loadLibrary(): Promise<PdfLibrary> {
  const hint = document.createElement('link');
  hint.rel = 'modulepreload';
  hint.href = workerUrl;
  document.head.append(hint);
  const library = await import('pdfjs-dist/legacy/build/pdf.mjs');
  library.GlobalWorkerOptions.workerSrc = workerUrl;
  return library;
}

export class PdfFile {
  readonly library: PdfLibrary;
  readonly pages: number;
  readonly #document: PDFDocumentProxy;

  private constructor(library: PdfLibrary, opened: PDFDocumentProxy) {
    this.library = library;
    this.#document = opened;
    this.pages = opened.numPages;
  }

  /** Takes the bytes over: they are moved to the worker and empty afterwards. */
  static async open(library: PdfLibrary, bytes: Uint8Array<ArrayBuffer>): Promise<PdfFile> {
    const assets = import.meta.env.BASE_URL + __PDFJS_PATH__;
    const task = library.getDocument({
      data: bytes,
      wasmUrl: `${assets}wasm/`,
      cMapUrl: `${assets}cmaps/`,
      cMapPacked: true,
      standardFontDataUrl: `${assets}standard_fonts/`,
      iccUrl: `${assets}iccs/`,
      // The fonts we ship, not the device's: every signer, and the server, sees the same letters.
      useSystemFonts: false,
      isEvalSupported: false,
      enableXfa: false,
    });
    return new PdfFile(library, await task.promise);
  }

  page(n: number): Promise<PDFPageProxy> {
    return this.#document.getPage(n);
  }

  async shape(n: number): Promise<PageShape> {
    const page = await this.page(n);
    const [left = 0, bottom = 0, right = 612, top = 792] = page.view;
    return { view: [left, bottom, right, top], rotate: toRotation(page.rotate) };
  }
}
