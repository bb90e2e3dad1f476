// spec/ledger.md, L-1 to L-14, L-180, L-185: transactions in their three envelopes.

import {
  DecodeError, MAX_AMOUNT, MAX_TIME, MAX_TRANSACTION_BYTES, type Item, Reader, bigEndian, concat, digest, encode,
  fromBigEndian, same,
} from "./encoding.js";
import { type Derived, type RawTransaction, type Terms, isWalletsOwn, operationOf, readRaw } from "./ethereum.js";
import { type Proof, addressOf, keccak, proofItem, readProof, verifyProof } from "./keys.js";
import { MAX_CLAIMS, MAX_OPERATIONS, type Operation, readOperation } from "./operations.js";

const MAX_ATTESTATIONS = 256;

/** E-15, L-1. */
export interface Content {
  readonly network: bigint;
  readonly account: Uint8Array;
  readonly signer: Uint8Array;
  readonly intentId: Uint8Array;
  readonly operations: readonly Operation[];
  readonly feeAsset: Uint8Array;
  readonly maxFee: bigint;
  readonly feePayer: Uint8Array | null;
}

interface Ethereum {
  readonly bytes: Uint8Array;
  readonly raw: RawTransaction;
  readonly feeDecimals: number;
  readonly terms: Terms | null;
  readonly derived: Derived;
}

/** A transaction in one of its three envelopes. */
export interface Envelope {
  readonly kind: "transaction" | "authorization" | "ethereum";
  readonly content: Content;
  readonly signatures: readonly Proof[];
  readonly signingHash: Uint8Array;
  readonly ethereum: Ethereum | null;
  readonly size: number;
}

export function readEnvelope(bytes: Uint8Array): Envelope {
  if (bytes.length > MAX_TRANSACTION_BYTES) {
    throw new DecodeError("WrongLength");
  }
  switch (new Reader(bytes).peekTag()) {
    case "busbar/authorization/1":
      return Reader.whole(bytes, (reader) => readBare(reader, bytes.length));
    case "busbar/ethereum/1":
      return Reader.whole(bytes, (reader) => readEthereum(reader, bytes.length));
    default:
      return Reader.whole(bytes, (reader) => readSigned(reader, bytes.length));
  }
}

function readSigned(reader: Reader, size: number): Envelope {
  reader.array(2);
  const content = readContent(reader);
  const signatures = reader.list(1, 2, () => readProof(reader));
  return { kind: "transaction", content, signatures, signingHash: signingHash(content), ethereum: null, size };
}

function readContent(reader: Reader): Content {
  reader.array(9);
  reader.tag("busbar/transaction/1");
  return {
    network: reader.number(),
    account: reader.fixed(20),
    signer: reader.fixed(20),
    intentId: reader.fixed(16),
    operations: reader.list(1, MAX_OPERATIONS, () => readOperation(reader)),
    feeAsset: reader.fixed(20),
    maxFee: reader.amount(),
    feePayer: reader.optional(() => reader.fixed(20)),
  };
}

export function contentItem(content: Content): Item {
  return [
    "busbar/transaction/1", content.network, content.account, content.signer, content.intentId, content.operations,
    content.feeAsset, content.maxFee, content.feePayer,
  ];
}

/** L-2. */
export function signingHash(content: Content): Uint8Array {
  return digest(encode(contentItem(content)));
}

/** L-180, L-181. */
function readBare(reader: Reader, size: number): Envelope {
  reader.array(4);
  reader.tag("busbar/authorization/1");
  const network = reader.number();
  const operation = readOperation(reader);
  if (operation[0] !== 50n) {
    throw new DecodeError("UnknownKind", "only operation 50 stands alone");
  }
  const payment = reader.optional(() => {
    reader.array(4);
    return {
      feeAsset: reader.fixed(20), maxFee: reader.amount(), feePayer: reader.fixed(20), proof: readProof(reader),
    };
  });
  const [, asset, , from, , , , before, nonce] = operation as [
    bigint, Uint8Array, Uint8Array, Uint8Array, Uint8Array, bigint, bigint, bigint, Uint8Array,
  ];
  const lastMs = before * 1_000n - 1n;
  const validUntil = lastMs < 0n ? 0n : lastMs > MAX_TIME ? MAX_TIME : lastMs;
  const content: Content = {
    network,
    account: from,
    signer: from,
    intentId: concat(bigEndian(validUntil, 6), digest(asset, from, nonce).slice(0, 10)),
    operations: [operation],
    feeAsset: payment?.feeAsset ?? asset,
    maxFee: payment?.maxFee ?? MAX_AMOUNT,
    feePayer: payment?.feePayer ?? null,
  };
  const signatures = payment === null ? [] : [payment.proof];
  return { kind: "authorization", content, signatures, signingHash: signingHash(content), ethereum: null, size };
}

/** L-185 to L-187. */
function readEthereum(reader: Reader, size: number): Envelope {
  reader.array(5);
  reader.tag("busbar/ethereum/1");
  const bytes = reader.bytesOf(0, MAX_TRANSACTION_BYTES);
  const feeAsset = reader.fixed(20);
  const feeDecimals = reader.small(18);
  const terms = reader.optional(() => {
    reader.array(2);
    return { domain: reader.fixed(32), permitNonce: reader.number() };
  });
  const raw = readRaw(bytes);
  const derived = operationOf(raw, feeAsset, feeDecimals, terms);
  const hash = keccak(bytes);
  const fee = (raw.gas * raw.price) / 10n ** BigInt(18 - feeDecimals);
  const account = raw.signer ?? new Uint8Array(20);
  const content: Content = {
    network: raw.network,
    account,
    signer: account,
    intentId: concat(bigEndian(MAX_TIME, 6), hash.slice(0, 10)),
    operations: "operation" in derived ? [derived.operation] : [],
    feeAsset,
    maxFee: fee > MAX_AMOUNT ? MAX_AMOUNT : fee,
    feePayer: null,
  };
  const ethereum = { bytes, raw, feeDecimals, terms, derived };
  return { kind: "ethereum", content, signatures: [], signingHash: hash, ethereum, size };
}

/** The one encoding of an envelope. */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { content, ethereum } = envelope;
  if (ethereum !== null) {
    const terms = ethereum.terms === null ? null : [ethereum.terms.domain, ethereum.terms.permitNonce];
    return encode(["busbar/ethereum/1", ethereum.bytes, content.feeAsset, ethereum.feeDecimals, terms]);
  }
  const proofs = envelope.signatures.map(proofItem);
  if (envelope.kind === "authorization") {
    const payment = proofs.length === 0 ? null : [content.feeAsset, content.maxFee, content.feePayer, proofs[0]!];
    return encode(["busbar/authorization/1", content.network, content.operations[0]!, payment]);
  }
  return encode([contentItem(content), proofs]);
}

/** L-3: why an envelope is refused before any state is looked at, or "Verified". */
export function verifyEnvelope(envelope: Envelope, network: bigint): string {
  const { content, signatures, signingHash: message } = envelope;
  if (content.network !== network) {
    return "WrongNetwork";
  }
  if (count(content, 12n, 1) + count(content, 72n, 1) > MAX_CLAIMS) {
    return "TooManyClaims";
  }
  if (count(content, 31n, 3) > MAX_ATTESTATIONS) {
    return "TooManyAttestations";
  }
  const payer = content.feePayer;
  if (payer !== null && (same(payer, content.account) || same(payer, content.signer))) {
    return "FeePayerRedundant";
  }
  if (envelope.kind === "ethereum") {
    const derived = envelope.ethereum!.derived;
    const status = "status" in derived ? derived.status : "Verified";
    return envelope.ethereum!.raw.signer === null ? "SignatureInvalid" : status;
  }
  if (envelope.kind === "authorization") {
    if (payer !== null && !same(addressOf(signatures[0]!.key), payer)) {
      return "FeePayerKeyMismatch";
    }
    if (!isWalletsOwn(content.operations[0]!)) {
      return "SignatureInvalid";
    }
    return payer === null || verifyProof(signatures[0]!, message) ? "Verified" : "FeePayerSignatureInvalid";
  }
  if (signatures.length !== (payer === null ? 1 : 2)) {
    return "SignatureCountWrong";
  }
  if (!same(addressOf(signatures[0]!.key), content.signer)) {
    return "SignerKeyMismatch";
  }
  if (payer !== null && !same(addressOf(signatures[1]!.key), payer)) {
    return "FeePayerKeyMismatch";
  }
  if (!verifyProof(signatures[0]!, message)) {
    return "SignatureInvalid";
  }
  return payer === null || verifyProof(signatures[1]!, message) ? "Verified" : "FeePayerSignatureInvalid";
}

function count(content: Content, code: bigint, field: number): number {
  return content.operations
    .filter((operation) => operation[0] === code)
    .reduce((sum, operation) => sum + (operation[field] as readonly Item[]).length, 0);
}

/** L-14. */
export function objectId(content: Content, index: number): Uint8Array {
  const code = content.operations[index]![0]!;
  return digest(
    encode(["busbar/object/1", code, content.network, content.account, content.signer, content.intentId, index]),
  );
}

/** L-12, L-50. */
export function intentKey(account: Uint8Array, signer: Uint8Array, intentId: Uint8Array): Uint8Array {
  const minute = fromBigEndian(intentId.slice(0, 6)) / 60_000n;
  return concat(Uint8Array.of(0x10), bigEndian(minute, 8), account, signer, intentId);
}
