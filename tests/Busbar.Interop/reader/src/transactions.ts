// spec/ledger.md, L-1 to L-14, L-44, L-180, L-185: operations, transactions in their three envelopes, receipts.

import {
  DecodeError, MAX_AMOUNT, MAX_TIME, MAX_TRANSACTION_BYTES, MAX_U64, type Item, Reader, bigEndian, concat, digest,
  encode, fromBigEndian, same,
} from "./encoding.js";
import { type Derived, type RawTransaction, type Terms, isWalletsOwn, operationOf, readRaw } from "./ethereum.js";
import { type Proof, addressOf, keccak, proofItem, readKey, readProof, verifyProof } from "./keys.js";
import { claimItem, readClaim, readVoucher, voucherItem } from "./ticks.js";

const MAX_OPERATIONS = 256;
const MAX_CLAIMS = 256;
const MAX_ATTESTORS = 16;
const MAX_ATTESTATIONS = 256;

/** An operation is `[code, field…]`; its items are what is encoded. */
export type Operation = readonly Item[];

type Field = (reader: Reader) => Item;

const address: Field = (reader) => reader.fixed(20);
const hash: Field = (reader) => reader.fixed(32);
const signature65: Field = (reader) => reader.fixed(65);
const amount: Field = (reader) => reader.amount();
const number: Field = (reader) => reader.number();
const time: Field = (reader) => reader.time();
const flag: Field = (reader) => reader.number(1n);
const orNull = (field: Field): Field => (reader) => reader.optional(() => field(reader));
const text = (max: number): Field => (reader) => reader.text(1, max);

const key: Field = (reader) => {
  reader.array(2);
  const read = readKey(reader);
  return [read.kind, read.bytes];
};

const attestors: Field = (reader) => {
  reader.array(2);
  const needed = reader.small(MAX_ATTESTORS);
  const addresses = reader.list(1, MAX_ATTESTORS, () => reader.fixed(20));
  const rising = addresses.every((one, i) => i === 0 || Buffer.compare(addresses[i - 1]!, one) < 0);
  if (needed < 1 || needed > addresses.length || !rising) {
    throw new DecodeError("OutOfRange", "L-131");
  }
  return [needed, addresses];
};

const proposal: Field = (reader) => {
  const count = reader.arrayOf(1, 8);
  const kind = reader.small(255);
  const fields = PROPOSALS[kind];
  if (fields === undefined) {
    throw new DecodeError("UnknownKind");
  }
  if (count !== fields.length + 1) {
    throw new DecodeError("WrongLength");
  }
  return [kind, ...fields.map((field) => field(reader))];
};

/** L-80. */
const PROPOSALS: Record<number, readonly Field[]> = {
  1: [hash],
  2: [hash],
  3: [hash, hash],
  4: [number, number],
  5: [number, number],
};

const authorization: readonly Field[] =
  [address, hash, address, address, amount, number, number, hash, signature65];

/** The table of L-1. */
const OPERATIONS: Record<number, readonly Field[]> = {
  1: [address, address, amount, hash],
  2: [text(64), text(16), text(16), (reader) => reader.number(18n), amount, flag],
  3: [address, address, amount],
  4: [address, amount],
  5: [address, address],
  6: [address, address],
  10: [address, key, address, amount, number, orNull((reader) => voucherItem(readVoucher(reader)))],
  11: [hash, amount],
  12: [(reader) => reader.list(1, MAX_CLAIMS, () => claimItem(readClaim(reader)))],
  13: [hash],
  14: [hash],
  15: [hash],
  20: [address, address, amount, amount],
  21: [hash, amount],
  22: [hash],
  23: [hash],
  30: [address, address, amount, time, orNull(hash), orNull(attestors)],
  31: [hash, orNull(hash), (reader) => reader.list(0, MAX_ATTESTORS, () => proofItem(readProof(reader)))],
  32: [hash],
  50: authorization,
  51: authorization,
  52: [address, hash, address, hash, signature65],
  60: [address, address, amount],
  61: [address, address, address, amount, hash],
  62: [address, hash, address, address, hash, number, hash, signature65],
  90: [proposal],
};

export function readOperation(reader: Reader): Operation {
  const count = reader.arrayOf(1, 16);
  const code = reader.small(255);
  const fields = OPERATIONS[code];
  if (fields === undefined) {
    throw new DecodeError("UnknownKind");
  }
  if (count !== fields.length + 1) {
    throw new DecodeError("WrongLength");
  }
  const operation: Operation = [BigInt(code), ...fields.map((field) => field(reader))];
  if (code === 30 && operation[5] === null && operation[6] === null) {
    throw new DecodeError("OutOfRange", "an escrow without a condition");
  }
  return operation;
}

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
  if (count(content, 12n, 1) > MAX_CLAIMS) {
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

/** L-44. */
export interface Receipt {
  readonly account: Uint8Array;
  readonly signer: Uint8Array;
  readonly intentId: Uint8Array;
  readonly signingHash: Uint8Array;
  readonly status: number;
  readonly failedOperation: number | null;
  readonly feePayer: Uint8Array;
  readonly feeAsset: Uint8Array;
  readonly fee: bigint;
  readonly claims: readonly ClaimOutcome[];
}

export interface ClaimOutcome {
  readonly operation: number;
  readonly entry: number;
  readonly channel: Uint8Array;
  readonly status: number;
  readonly paid: bigint;
}

export function readReceipt(reader: Reader): Receipt {
  reader.array(11);
  reader.tag("busbar/receipt/1");
  return {
    account: reader.fixed(20),
    signer: reader.fixed(20),
    intentId: reader.fixed(16),
    signingHash: reader.fixed(32),
    status: Number(reader.number(MAX_U64)),
    failedOperation: reader.optional(() => reader.small(MAX_OPERATIONS - 1)),
    feePayer: reader.fixed(20),
    feeAsset: reader.fixed(20),
    fee: reader.amount(),
    claims: reader.list(0, MAX_CLAIMS, () => {
      reader.array(5);
      return {
        operation: reader.small(MAX_OPERATIONS - 1),
        entry: reader.small(MAX_CLAIMS - 1),
        channel: reader.fixed(32),
        status: reader.small(255),
        paid: reader.amount(),
      };
    }),
  };
}

export function receiptItem(receipt: Receipt): Item {
  return [
    "busbar/receipt/1", receipt.account, receipt.signer, receipt.intentId, receipt.signingHash, receipt.status,
    receipt.failedOperation, receipt.feePayer, receipt.feeAsset, receipt.fee,
    receipt.claims.map((claim) => [claim.operation, claim.entry, claim.channel, claim.status, claim.paid]),
  ];
}
