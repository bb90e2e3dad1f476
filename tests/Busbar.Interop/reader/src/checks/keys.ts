// keys.json: E-20 to E-24.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { unhex } from "../encoding.js";
import { ED25519, P256, type PublicKey, addressOf, addressText, verify } from "../keys.js";
import { type Check, equal, equalBytes, truth } from "./report.js";

/** E-23. */
export function publicKeyOf(kind: number, secret: Uint8Array): PublicKey {
  if (kind === ED25519) {
    return { kind, bytes: ed25519.getPublicKey(secret) };
  }
  const curve = kind === P256 ? p256 : secp256k1;
  return { kind, bytes: curve.getPublicKey(secret, false).slice(1) };
}

export const checkKeys: Check = (vectors, report) => {
  for (const { kind, name, secret, publicKey, address, signs, signature } of vectors.keys) {
    report.test("keys", name, () => {
      const key = publicKeyOf(kind, unhex(secret));
      equalBytes(key.bytes, publicKey, "the public key");
      equal(addressText(addressOf(key)), address, "the address");
      truth(signature === null || verify(key, unhex(signs), unhex(signature)), "the signature is valid");
      truth(signature !== null || kind === P256, "only P-256 has no signature here");
    });
  }
};
