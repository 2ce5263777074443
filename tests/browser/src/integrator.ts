// An integrator's client, and the two addresses it lends to us: for the callback and for the browser's return.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Created {
  readonly result: string;
  readonly url: string;
  readonly documentId: string;
}

export class Integrator {
  readonly #api: string;
  readonly #key: string;

  constructor(api: string, key: string) {
    this.#api = api;
    this.#key = key;
  }

  async call(method: string, path: string, body?: unknown): Promise<Response> {
    return await fetch(`${this.#api}${path}`, {
      method,
      headers: { 'x-api-key': this.#key, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  async json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await this.call(method, path, body);
    const told = (await answer.json()) as Record<string, unknown>;
    if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${JSON.stringify(told)}`);
    return told;
  }

  async create(body: unknown): Promise<{ created: Created; headers: Headers }> {
    const answer = await this.call('POST', '/JSON/signatureRequest', body);
    const told: unknown = await answer.json();
    if (answer.status !== 200) throw new Error(`create: ${String(answer.status)} ${JSON.stringify(told)}`);
    return { created: told as Created, headers: answer.headers };
  }

  async download(documentId: string): Promise<Buffer> {
    const answer = await this.call('GET', `/JSON/document/${documentId}`);
    if (answer.status !== 200) throw new Error(`download: ${String(answer.status)}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** Available and used, as the counter tells them. */
  async counter(): Promise<{ available: string; used: string }> {
    const { actual } = (await this.json('GET', '/JSON/counter')) as { actual: Record<string, string> };
    const value = (name: string) =>
      Object.entries(actual).find(([key]) => key.endsWith(`.${name}`))?.[1] ?? '';
    return { available: value('availableSignatureRequests'), used: value('usedSignatureRequests') };
  }
}

/** What came in from us. */
export class Receiver {
  readonly callbacks: { body: Record<string, unknown>; id: string | undefined }[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, answer) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'POST') {
          const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
          const id = request.headers['webhook-id'];
          this.callbacks.push({ body, id: typeof id === 'string' ? id : undefined });
        }
        answer.setHeader('content-type', 'text/html');
        answer.end('<!doctype html><title>Back at the shop</title><h1>Back at the shop</h1>');
      });
    });
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}${path}`;
  }

  /** The callback for a signature request; fails when none comes in time. */
  async callbackFor(signatureRequestId: string): Promise<Record<string, unknown>> {
    for (let tries = 0; tries < 300; tries += 1) {
      const found = this.callbacks.find(({ body }) => body['signatureRequestId'] === signatureRequestId);
      if (found !== undefined) return found.body;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no callback for ${signatureRequestId}`);
  }

  stop(): void {
    this.#server.close();
  }
}
