// spec/encoding.md, E-20 to E-25: keys, addresses, and which signatures count.

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { DecodeError, type Item, Reader, ascii, concat, fromBigEndian, hex } from "./encoding.js";

export const SECP256K1 = 1;
export const P256 = 2;
export const ED25519 = 3;

export interface PublicKey {
  readonly kind: number;
  readonly bytes: Uint8Array;
}

export interface Proof {
  readonly key: PublicKey;
  readonly signature: Uint8Array;
}

export function keccak(...parts: Uint8Array[]): Uint8Array {
  return keccak_256(concat(...parts));
}

/** E-23: the kind and the key; the items of the array that holds them are counted by the caller. */
export function readKey(reader: Reader): PublicKey {
  const kind = reader.small(255);
  if (kind < SECP256K1 || kind > ED25519) {
    throw new DecodeError("UnknownKind");
  }
  return { kind, bytes: reader.fixed(kind === ED25519 ? 32 : 64) };
}

/** `[kind, key, signature]`. */
export function readProof(reader: Reader): Proof {
  reader.array(3);
  return { key: readKey(reader), signature: reader.fixed(64) };
}

export function proofItem(proof: Proof): Item {
  return [proof.key.kind, proof.key.bytes, proof.signature];
}

/** E-20. */
export function addressOf(key: PublicKey): Uint8Array {
  return key.kind === SECP256K1
    ? keccak(key.bytes).slice(12)
    : keccak(Uint8Array.of(key.kind), key.bytes).slice(12);
}

/** E-22: EIP-55. */
export function addressText(address: Uint8Array): string {
  const digits = hex(address).slice(2);
  const hash = hex(keccak(ascii(digits))).slice(2);
  return "0x" + [...digits].map((digit, i) => (parseInt(hash[i]!, 16) >= 8 ? digit.toUpperCase() : digit)).join("");
}

/** E-21: whether a signature counts. */
export function verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) {
    return false;
  }
  switch (key.kind) {
    case SECP256K1:
      return verifyEcdsa(secp256k1, key.bytes, message, signature);
    case P256:
      return verifyEcdsa(p256, key.bytes, message, signature);
    default:
      return verifyEd25519(key.bytes, message, signature);
  }
}

export function verifyProof(proof: Proof, message: Uint8Array): boolean {
  return verify(proof.key, message, proof.signature);
}

type Curve = typeof secp256k1 | typeof p256;

function verifyEcdsa(curve: Curve, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const point = concat(Uint8Array.of(4), key);
    return curve.verify(signature, message, point, { prehash: false, lowS: true });
  } catch {
    return false;
  }
}

// The primitive's strict mode refuses R and keys of small order and encodings that are not canonical, but multiplies by
// the cofactor; the equation without it is computed here.
function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const scalar = littleEndian(signature.slice(32));
    if (scalar >= ed25519.Point.Fn.ORDER) {
      return false;
    }
    const [nonce, point] = [signature.slice(0, 32), key].map((bytes) => ed25519.Point.fromBytes(bytes, false));
    if (nonce!.isSmallOrder() || point!.isSmallOrder()) {
      return false;
    }
    const challenge = littleEndian(sha512(concat(signature.slice(0, 32), key, message))) % ed25519.Point.Fn.ORDER;
    const left = scalar === 0n ? ed25519.Point.ZERO : ed25519.Point.BASE.multiplyUnsafe(scalar);
    return left.equals(nonce!.add(challenge === 0n ? ed25519.Point.ZERO : point!.multiplyUnsafe(challenge)));
  } catch {
    return false;
  }
}

function littleEndian(bytes: Uint8Array): bigint {
  return fromBigEndian(Uint8Array.from(bytes).reverse());
}

/** E-25: the address of the one signer of r || s || v; null when it is a signature of nobody. */
export function recover(digest: Uint8Array, signature: Uint8Array): Uint8Array | null {
  const v = signature[64];
  if (signature.length !== 65 || (v !== 27 && v !== 28)) {
    return null;
  }
  try {
    const parsed = secp256k1.Signature.fromBytes(signature.slice(0, 64), "compact").addRecoveryBit(v - 27);
    if (parsed.hasHighS()) {
      return null;
    }
    return addressOf({ kind: SECP256K1, bytes: parsed.recoverPublicKey(digest).toBytes(false).slice(1) });
  } catch {
    return null;
  }
}
