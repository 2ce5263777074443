// Answers the page API from memory while the page is developed. Never part of the build: only `dev/vite.config.ts`
// and the browser tests load it. The document id chooses the scenario, see `SCENARIOS`.
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Connect, Plugin } from 'vite';
import type { Opening, Submission } from '../src/api/types.ts';
import { CodesFixture } from './codes.ts';
import { picture } from './picture.ts';
import { FIELDS, PAGES, samplePdf } from './sample.ts';

/** The policy the server is meant to send; developed under it, nothing can come to depend on less. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; " +
  "font-src 'self' data:; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'";

const RULES: Opening['rules'] = {
  signAnywhereEnabled: false,
  mouseSignature: true,
  guiRequestSignerName: false,
  guiSignerName: 'Jozef Novák',
  guiSignerDate: '',
  guiSignatureNumber: 1,
  guiAutoSubmit: false,
  guiOneButton: false,
  guiOpenSignature: false,
  guiReadRequired: false,
  guiRemoteQRCodeEnabled: true,
};

const PDF = samplePdf();

const OPENING: Opening = {
  documentId: 'fields',
  signatureRequestId: 'd2c8b1de-5a4e-4f0e-9a66-2f6f1a1c0b7e',
  filename: 'Zmluva o lízingu 2291.pdf',
  tenantName: 'Tatra Leasing',
  lang: 'sk',
  digest: createHash('sha256').update(PDF).digest('hex'),
  pages: PAGES.length,
  rules: RULES,
  keepRawInk: true,
  senderData: true,
  fields: FIELDS,
  opening: 'sample-opening',
  signCode: false,
};

type Change = Partial<Omit<Opening, 'rules'>> & { readonly rules?: Partial<Opening['rules']> };

const signatures = FIELDS.filter((field) => field.type === 'signature');

const SCENARIOS: Readonly<Record<string, Change>> = {
  fields: {},
  english: { lang: 'en' },
  anywhere: { lang: 'en', fields: [], rules: { signAnywhereEnabled: true, guiSignatureNumber: 2 } },
  name: { lang: 'en', fields: signatures, rules: { guiRequestSignerName: true, guiSignerName: '' } },
  finger: { lang: 'en', fields: signatures, rules: { mouseSignature: false } },
  read: { lang: 'en', fields: signatures.slice(0, 1), rules: { guiReadRequired: true } },
  auto: {
    lang: 'en',
    keepRawInk: false,
    fields: signatures.slice(0, 1),
    rules: { guiAutoSubmit: true, guiOpenSignature: true, guiOneButton: true },
  },
  code: { lang: 'en' },
  codesms: { lang: 'en' },
  codefixed: { lang: 'en' },
  confirm: { lang: 'en', signCode: true, fields: signatures.slice(0, 1), rules: { guiOpenSignature: true } },
  phone: { lang: 'en', fields: signatures.slice(0, 1) },
  nophone: { lang: 'en', rules: { guiRemoteQRCodeEnabled: false } },
  damaged: { lang: 'en', digest: '0'.repeat(64) },
};

interface Held {
  submission: Submission | undefined;
  submittedAt: number;
  reason: string | undefined;
  isInHand: boolean;
  /** To whom copies were mailed. */
  readonly copies: string[];
}

const MOST_COPIES = 3;

/** How long the fixture "seals". */
const SEALING_MS = 1_500;

export class Fixture {
  readonly held = new Map<string, Held>();
  readonly codes = new CodesFixture();
  /** One answer to spoil, to see what the page says then: "POST /submission" and its like. */
  failNext: string | undefined;
  /** Files are held back until this is called: a slow line. */
  holdFiles: Promise<void> | undefined;

  handle(request: IncomingMessage, response: ServerResponse, next: () => void): void {
    const match = /^\/page\/documents\/([^/]+)\/(\w+|pages\/1|codes\/\w+(?:\/\w+)?)$/.exec(
      (request.url ?? '').split('?')[0] ?? '',
    );
    const [, id, act] = match ?? [];
    if (id === undefined || act === undefined) {
      next();
      return;
    }
    void this.#answer(request, response, decodeURIComponent(id), act);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, id: string, act: string): Promise<void> {
    response.setHeader('x-request-id', '01981f0e-7c1a-7d10-9f0e-2f6f1a1c0b7e');
    const method = request.method ?? 'GET';
    if (request.headers.authorization !== 'Bearer sample-token') {
      problem(response, 401, 'err.link.invalid');
      return;
    }
    if (this.failNext === `${method} /${act}`) {
      this.failNext = undefined;
      problem(response, 503, 'err.unavailable');
      return;
    }
    const end = /^ended\.(\w+)$/.exec(id)?.[1];
    if (end !== undefined) {
      problem(response, 410, 'err.link.ended', end);
      return;
    }
    const held = this.held.get(id) ?? newlyHeld();
    this.held.set(id, held);
    const body = method === 'POST' ? await readJson(request) : undefined;
    if (act.startsWith('codes/')) {
      this.codes.answer(response, { id, method, act, body });
      return;
    }
    if (!this.codes.admits(id, request.headers['code-pass'])) {
      problem(response, 403, 'err.code.required', 'open');
      return;
    }
    switch (`${method} ${act}`) {
      case 'POST openings':
        held.isInHand ||= (request.headers['user-agent'] ?? '').includes('Mobile');
        json(response, 200, openingOf(id));
        break;
      case 'GET pages/1':
        response.setHeader('Content-Type', 'image/png');
        response.end(picture(640, Math.round((640 * 842) / 595)));
        break;
      case 'GET file':
        await this.holdFiles;
        response.setHeader('Content-Type', 'application/pdf');
        response.setHeader('Content-Length', PDF.length);
        response.end(PDF);
        break;
      case 'POST submission':
        if (!this.codes.confirms(id, body)) {
          problem(response, 403, 'err.code.required', 'sign');
          break;
        }
        held.submission = body as Submission;
        held.submittedAt = Date.now();
        json(response, 202, { sealing: true, resultUrl: resultOf(held, 'success') });
        break;
      case 'GET submission':
        json(response, 200, { state: stateOf(held), resultUrl: resultOf(held, 'success') });
        break;
      case 'GET phone':
        json(
          response,
          200,
          phoneOf(held, `http://${request.headers.host ?? ''}/viewDocument?id=${id}#s=sample-token`),
        );
        break;
      case 'GET copy':
        response.setHeader('Content-Type', 'application/pdf');
        response.end(PDF);
        break;
      case 'POST copies': {
        const { emailTo = '' } = body as { emailTo?: string };
        if (!emailTo.includes('@')) problem(response, 400, 'err.invalid.field', '/emailTo');
        else if (held.copies.length === MOST_COPIES) problem(response, 429, 'err.rate.limited', 3_600);
        else {
          held.copies.push(emailTo);
          response.statusCode = 202;
          response.end();
        }
        break;
      }
      case 'POST cancellation':
        held.reason = (body as { reason?: string }).reason ?? '';
        json(response, 200, { resultUrl: resultOf(held, 'success') });
        break;
      default:
        problem(response, 404, 'err.not.found');
    }
  }
}

const newlyHeld = (): Held => ({
  submission: undefined,
  submittedAt: 0,
  reason: undefined,
  isInHand: false,
  copies: [],
});

/** `done` is what a browser is told where the document was signed. */
function resultOf(held: Held, done: 'success' | 'mobile'): string {
  return `/thankYouPage.html?result=${held.reason === undefined ? done : 'close'}`;
}

function phoneOf(held: Held, link: string): unknown {
  const state = stateOf(held);
  return {
    state,
    resultUrl: resultOf(held, 'mobile'),
    opened: held.isInHand,
    ...(state === 'tosign' ? { link } : {}),
  };
}

export function fixturePlugin(fixture = new Fixture()): Plugin {
  const use = (server: { middlewares: Connect.Server }, policy: string | undefined): void => {
    server.middlewares.use((request, response, next) => {
      if (policy !== undefined) response.setHeader('Content-Security-Policy', policy);
      if (request.url?.startsWith('/thankYouPage.html') === true) {
        response.setHeader('Content-Type', 'text/html');
        response.end(
          '<!doctype html><html lang="en"><title>Thank you</title><link rel="icon" href="data:,"><h1>Thank you</h1>',
        );
        return;
      }
      if (request.url?.startsWith('/viewDocument?') === true) {
        request.url = request.url.replace('/viewDocument?', '/viewDocument/?');
      }
      fixture.handle(request, response, next);
    });
  };
  return {
    name: 'page-api-fixture',
    // Vite's own client in development needs inline styles; the built page must not.
    configureServer: (server) => {
      use(server, undefined);
    },
    configurePreviewServer: (server) => {
      use(server, POLICY);
    },
  };
}

function openingOf(id: string): Opening {
  const [scenario = '', lang] = id.split('.');
  const { rules, ...change } = SCENARIOS[scenario] ?? {};
  return {
    ...OPENING,
    ...change,
    ...(lang === undefined ? {} : { lang: lang as Opening['lang'] }),
    documentId: id,
    rules: { ...RULES, ...rules },
  };
}

function stateOf(held: Held): string {
  if (held.reason !== undefined) return 'canceled';
  if (held.submission === undefined) return 'tosign';
  return Date.now() - held.submittedAt < SEALING_MS ? 'sealing' : 'signed';
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return JSON.parse(body);
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

export function problem(
  response: ServerResponse,
  status: number,
  code: string,
  value?: string | number,
): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/problem+json');
  const requestId = response.getHeader('x-request-id');
  response.end(JSON.stringify({ type: `/docs/errors/${code}`, title: code, status, code, requestId, value }));
}
