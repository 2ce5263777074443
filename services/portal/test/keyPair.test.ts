// @vitest-environment node
import {
  constants,
  createHash,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { makeKeyPair, pem, type KeyPair } from "@/pages/activation/keyPair";

describe("the key pair of an activation", () => {
  let pair: KeyPair;
  beforeAll(async () => {
    pair = await makeKeyPair();
  }, 60_000);

  it("has a public half that other software reads as RSA of 3072 bits", () => {
    const key = createPublicKey(pair.publicPem);
    expect(key.asymmetricKeyType).toBe("rsa");
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(3072);
    expect(pair.publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });

  it("has a private half in PKCS#8 that opens what the public half closed", () => {
    expect(pair.privatePem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    const how = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
    const closed = publicEncrypt({ key: pair.publicPem, ...how }, Buffer.from("raw ink"));
    const opened = privateDecrypt({ key: createPrivateKey(pair.privatePem), ...how }, closed);
    expect(opened.toString()).toBe("raw ink");
  });

  it("is named by the hash of its public half", () => {
    const spki = createPublicKey(pair.publicPem).export({ type: "spki", format: "der" });
    expect(pair.fingerprint).toBe(createHash("sha256").update(spki).digest("hex"));
  });
});

it("PEM lines have 64 characters, the last what is left, and the text ends with a line break", () => {
  const text = pem("X", new Uint8Array(100).buffer);
  const [begin, first, ...rest] = text.split("\n");
  expect(begin).toBe("-----BEGIN X-----");
  expect(first).toHaveLength(64);
  expect(rest.slice(-2)).toEqual(["-----END X-----", ""]);
});
