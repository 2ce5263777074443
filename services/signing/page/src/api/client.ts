// Speaks the page API for one link. Knows paths and the token, not what the screens do with the answers.
import type { Link, PassKeeper } from '../link.ts';
import { Fault, faultOf } from './fault.ts';
import {
  parseCodeStatus,
  parseOpening,
  parsePass,
  parsePhone,
  parseResultUrl,
  parseStanding,
} from './parse.ts';
import type {
  CodeStatus,
  CodeStep,
  Confirmation,
  Opening,
  PhoneStanding,
  Standing,
  Submission,
} from './types.ts';

/** A slow phone may need this long to be answered; sealing is asked for by polling, never awaited in one call. */
const ANSWER_TIMEOUT_MS = 30_000;

/** The browser's own, as an IANA name: told with every act, for the audit record. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export class PageApi {
  readonly #base: string;
  readonly #token: string;
  readonly #pass: PassKeeper;

  constructor(link: Link, pass: PassKeeper) {
    this.#pass = pass;
    this.#base = `/page/documents/${encodeURIComponent(link.documentId)}`;
    this.#token = link.token;
  }

  async open(): Promise<Opening> {
    return read(await this.#post('/openings', { timeZone: timeZone() }), parseOpening);
  }

  /** The bytes of the opened revision; `progress` hears the loaded part, 0 to 1, where the length is known. */
  async file(progress: (part: number) => void): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.#call('/file', { method: 'GET' });
    const length = Number(response.headers.get('content-length') ?? 0);
    if (response.body === null || length <= 0) return new Uint8Array(await loaded(response.arrayBuffer()));
    const chunks: Uint8Array[] = [];
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await loaded(reader.read());
      if (done) break;
      chunks.push(value);
      received += value.length;
      progress(Math.min(1, received / length));
    }
    return joined(chunks, received);
  }

  /** The first page as a picture, at least so many pixels wide: there long before the library that draws the file. */
  async firstPage(width: number): Promise<Blob> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await this.#call(`/pages/1?width=${String(width)}`, { method: 'GET', signal });
    return loaded(response.blob());
  }

  async codeStatus(step: CodeStep): Promise<CodeStatus> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return read(await this.#call(`/codes/${step}`, { method: 'GET', signal }), parseCodeStatus);
  }

  async sendCode(step: CodeStep): Promise<CodeStatus> {
    return read(await this.#post(`/codes/${step}/sends`, {}), parseCodeStatus);
  }

  /** Opens everything else to this tab, where the code is right. */
  async checkCodeToOpen(code: string): Promise<void> {
    const answer = await this.#post('/codes/open/checks', { code, timeZone: timeZone() });
    this.#pass.keep(await read(answer, parsePass));
  }

  /** What goes with the submission of this opening, where the code is right. */
  async checkCodeToSign(code: string, opening: string): Promise<Confirmation> {
    const body = { code, opening, timeZone: timeZone() };
    const codePass = await read(await this.#post('/codes/sign/checks', body), parsePass);
    return { opening, codePass };
  }

  async submit(submission: Submission, confirmation: Confirmation | undefined): Promise<string> {
    return read(await this.#post('/submission', { ...submission, ...confirmation }), parseResultUrl);
  }

  async standing(): Promise<Standing> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    return read(await this.#call('/submission', { method: 'GET', signal }), parseStanding);
  }

  /** The link for a phone, and how far it has come there; this browser's language goes with its result. */
  async phone(): Promise<PhoneStanding> {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const path = `/phone?locale=${encodeURIComponent(navigator.language)}`;
    return read(await this.#call(path, { method: 'GET', signal }), parsePhone);
  }

  /** What was signed, sealed. */
  async signedCopy(): Promise<Blob> {
    return loaded((await this.#call('/copy', { method: 'GET' })).blob());
  }

  /** Has what was signed mailed; nothing is told of whether anybody reads it. */
  async mailCopy(emailTo: string): Promise<void> {
    await this.#post('/copies', { emailTo });
  }

  async cancel(reason: string, locale: string): Promise<string> {
    const body = { locale, timeZone: timeZone(), ...(reason === '' ? {} : { reason }) };
    return read(await this.#post('/cancellation', body), parseResultUrl);
  }

  #post(path: string, body: unknown): Promise<Response> {
    return this.#call(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  }

  async #call(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${this.#token}`);
    if (this.#pass.pass !== '') headers.set('Code-Pass', this.#pass.pass);
    const response = await loaded(
      fetch(this.#base + path, { ...init, headers, cache: 'no-store', credentials: 'omit' }),
    );
    if (!response.ok) throw await faultOf(response);
    return response;
  }
}

async function read<T>(response: Response, parse: (answer: unknown) => T): Promise<T> {
  try {
    return parse(await response.json());
  } catch (error) {
    const requestId = response.headers.get('x-request-id') ?? undefined;
    throw new Fault({ is: 'server' }, requestId, { cause: error });
  }
}

// `fetch` and its streams reject only when no answer came through.
async function loaded<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new Fault({ is: 'offline' }, undefined, { cause: error });
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
