// Proves that the loaded bytes are the revision the server spoke of: what you see is what you sign.
import { Fault } from './api/fault.ts';

/** Throws when the bytes do not have that SHA-256. Outside a secure context the browser has no digest to give. */
export async function proveDigest(bytes: Uint8Array<ArrayBuffer>, expected: string): Promise<void> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return;
  const actual = hex(new Uint8Array(await subtle.digest('SHA-256', bytes)));
  if (actual !== expected) throw new Fault({ is: 'damaged' });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
