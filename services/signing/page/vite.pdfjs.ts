// Ships what pdf.js fetches at run time (WASM decoders, character maps, standard fonts) beside the page's own assets.
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'vite';

const ROOT = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const FOLDERS = ['wasm', 'cmaps', 'standard_fonts', 'iccs'];

/** The pinned version is part of the path, so that the files may be cached for ever. */
export const PDFJS_PATH = `assets/pdfjs-${version()}/`;

export function pdfjsFiles(): Plugin {
  return {
    name: 'pdfjs-files',
    config: () => ({ define: { __PDFJS_PATH__: JSON.stringify(PDFJS_PATH) } }),
    generateBundle() {
      for (const name of list()) {
        this.emitFile({
          type: 'asset',
          fileName: PDFJS_PATH + name,
          source: readFileSync(path.join(ROOT, name)),
        });
      }
    },
    configureServer(server) {
      server.middlewares.use(server.config.base + PDFJS_PATH.slice(0, -1), serve);
    },
  };
}

function serve(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const name = decodeURIComponent((request.url ?? '').slice(1).split('?')[0] ?? '');
  if (!list().includes(name)) {
    next();
    return;
  }
  if (name.endsWith('.wasm')) response.setHeader('Content-Type', 'application/wasm');
  createReadStream(path.join(ROOT, name)).pipe(response);
}

function list(): string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder))
      .map((file) => `${folder}/${file}`)
      .filter((name) => statSync(path.join(ROOT, name)).isFile()),
  );
}

function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
