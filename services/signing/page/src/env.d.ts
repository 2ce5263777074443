/** Where the build put what pdf.js fetches by itself, relative to the base (see `vite.pdfjs.ts`). */
declare const __PDFJS_PATH__: string;
