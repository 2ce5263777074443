import { defineConfig } from 'vitest/config';
import { pdfjsFiles } from './vite.pdfjs.ts';

export default defineConfig({
  base: '/viewDocument/',
  plugins: [pdfjsFiles()],
  // The engine's fonts lie in its own crate (see `src/styles/faces.css`).
  server: { fs: { allow: ['.', '../../../crates/pdf/src/fonts'] } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // The served policy forbids data: and inline content wherever it can.
    assetsInlineLimit: 0,
    // pdf.js alone is larger than Vite's limit; it loads beside the page, not before it.
    chunkSizeWarningLimit: 600,
    rollupOptions: {
      // The signer's page, and the page on which anybody has a PDF verified.
      input: ['index.html', 'verify.html'],
      output: {
        // `.mjs` is served as plain bytes by some proxies, and a browser then refuses the worker.
        assetFileNames: (asset) =>
          asset.names.some((name) => name.endsWith('.mjs'))
            ? 'assets/[name]-[hash].js'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
