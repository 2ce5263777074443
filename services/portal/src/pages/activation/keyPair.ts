// The tenant's key pair: made here, in the admin's browser. Only the public half ever leaves it.

/** What the activation asks for; the tenant service refuses smaller keys and other algorithms. */
const ALGORITHM: RsaHashedKeyGenParams = {
  name: "RSA-OAEP",
  modulusLength: 3072,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};

export interface KeyPair {
  /** SubjectPublicKeyInfo, PEM. */
  publicPem: string;
  /** PKCS#8, PEM, not encrypted: openssl and every vault read it. */
  privatePem: string;
  /** SHA-256 of the SPKI bytes in hex, to tell later which file belongs to which activation. */
  fingerprint: string;
}

/** Browsers offer WebCrypto only over https and on localhost. */
export function canMakeKeyPair(): boolean {
  return typeof (globalThis.crypto as Crypto | undefined)?.subtle !== "undefined";
}

export async function makeKeyPair(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ["encrypt", "decrypt"]);
  const [spki, pkcs8] = await Promise.all([
    crypto.subtle.exportKey("spki", pair.publicKey),
    crypto.subtle.exportKey("pkcs8", pair.privateKey),
  ]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", spki));
  return {
    publicPem: pem("PUBLIC KEY", spki),
    privatePem: pem("PRIVATE KEY", pkcs8),
    fingerprint: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}

/** RFC 7468 wants lines of exactly 64 characters. */
const PEM_LINE = /.{1,64}/g;

export function pem(label: string, der: ArrayBuffer): string {
  const base64 = btoa(Array.from(new Uint8Array(der), (byte) => String.fromCharCode(byte)).join(""));
  return `-----BEGIN ${label}-----\n${(base64.match(PEM_LINE) ?? []).join("\n")}\n-----END ${label}-----\n`;
}
