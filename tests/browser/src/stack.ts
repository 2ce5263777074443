// A running product with data of its own, started by the test kit's `stack` program.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const OPERATOR_PASSWORD = 'operator of a test stack';
const ROOT = path.resolve(import.meta.dirname, '../../..');
const PATIENCE_MS = 180_000;

export type Shape = 'one-sqlite' | 'four-postgres-redis';

export class Stack {
  readonly api: string;
  readonly portal: string;
  readonly operator: string;
  readonly sandbox: string;
  readonly #process: ChildProcess;

  private constructor(addresses: Record<string, string>, process: ChildProcess) {
    this.api = addresses['api'] ?? '';
    this.portal = addresses['portal'] ?? '';
    this.operator = addresses['operator'] ?? '';
    this.sandbox = addresses['sandbox'] ?? '';
    this.#process = process;
  }

  static async start(shape: Shape): Promise<Stack> {
    const target = process.env['CARGO_TARGET_DIR'] ?? path.join(ROOT, 'target');
    const program = path.join(target, 'debug/examples/stack');
    const okdokument = process.env['OKD_BIN'] ?? path.join(target, 'debug/okdokument');
    const child = spawn(program, [shape, `OKD_OPERATOR_PASSWORD=${OPERATOR_PASSWORD}`], {
      env: { ...process.env, OKD_BIN: okdokument },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const line = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error('the stack was not ready in time'));
      }, PATIENCE_MS);
      lines.once('line', (text) => {
        clearTimeout(late);
        resolve(text);
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new Error(`the stack ended with ${String(code)}`));
      });
    });
    return new Stack(JSON.parse(line) as Record<string, string>, child);
  }

  /** Ends the stack; it drains and removes its data. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    this.#process.stdin?.end();
    return await ended;
  }

  /** The text of the newest message to an address. */
  async messageTo(address: string): Promise<string> {
    const credentials = Buffer.from(`operator:${OPERATOR_PASSWORD}`).toString('base64');
    const answer = await fetch(`${this.operator}/outbox.json`, {
      headers: { authorization: `Basic ${credentials}` },
    });
    const { items } = (await answer.json()) as { items: { to: string; text: string }[] };
    const message = items.find((item) => item.to === address);
    if (message === undefined) throw new Error(`no message to ${address}`);
    return message.text;
  }
}
