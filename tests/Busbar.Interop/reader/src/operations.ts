// spec/ledger.md, L-1: the operations of a transaction.

import { DecodeError, type Item, Reader } from "./encoding.js";
import { proofItem, readKey, readProof } from "./keys.js";
import { claimItem, readClaim, readVoucher, voucherItem } from "./ticks.js";
import { configItem, readConfig } from "./x402.js";

export const MAX_OPERATIONS = 256;
export const MAX_CLAIMS = 256;
const MAX_ATTESTORS = 16;
const MAX_CODES = 64;
const MAX_PAYEES = 16;
const MAX_LIMITS = 8;
const MAX_CAPACITY = (1n << 92n) - 1n;
const MAX_REFILL_MS = 31_536_000_000n;

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
  inRange(needed >= 1 && needed <= addresses.length && risingBytes(addresses), "L-131");
  return [needed, addresses];
};

const rising = (values: readonly bigint[]) => values.every((one, i) => i === 0 || values[i - 1]! < one);
const risingBytes = (values: readonly Uint8Array[]) =>
  values.every((one, i) => i === 0 || Buffer.compare(values[i - 1]!, one) < 0);

function inRange(isSo: boolean, rule: string): void {
  if (!isSo) {
    throw new DecodeError("OutOfRange", rule);
  }
}

/** L-141: the operations of a mandate. */
const codes: Field = (reader) => {
  const list = reader.list(1, MAX_CODES, () => reader.number(255n));
  inRange(list[0]! > 0n && rising(list), "L-141");
  return list;
};

/** L-141: whom a mandate pays. */
const payees: Field = (reader) => {
  const list = reader.list(0, MAX_PAYEES, () => reader.fixed(20));
  inRange(risingBytes(list), "L-141");
  return list;
};

/** L-142. */
const limits: Field = (reader) => {
  const list = reader.list(0, MAX_LIMITS, () => {
    reader.array(3);
    const asset = reader.fixed(20);
    const total = reader.optional(() => reader.amount());
    const window = reader.optional(() => {
      reader.array(2);
      const [capacity, refillMs] = [reader.amount(), reader.number()];
      inRange(capacity > 0n && capacity <= MAX_CAPACITY && refillMs > 0n && refillMs <= MAX_REFILL_MS, "L-142");
      return [capacity, refillMs];
    });
    return { asset, total, window };
  });
  inRange(risingBytes(list.map((limit) => limit.asset)), "L-142");
  return list.map(({ asset, total, window }) => [asset, total, window]);
};

const config: Field = (reader) => configItem(readConfig(reader));

/** L-194. */
const x402Claim: Field = (reader) => {
  reader.array(4);
  return [reader.fixed(32), reader.amount(), reader.amount(), reader.fixed(65)];
};

/** L-196. */
const refundAuthorization: Field = (reader) => {
  reader.array(2);
  return [reader.number(), reader.fixed(65)];
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
  40: [address, time, codes, orNull(payees), limits],
  41: [address],
  50: authorization,
  51: authorization,
  52: [address, hash, address, hash, signature65],
  60: [address, address, amount],
  61: [address, address, address, amount, hash],
  62: [address, hash, address, address, hash, number, hash, signature65],
  70: [config, amount],
  71: [config, amount, hash, number, number, hash, signature65],
  72: [(reader) => reader.list(1, MAX_CLAIMS, () => x402Claim(reader)), orNull(signature65)],
  73: [hash, amount, orNull(refundAuthorization)],
  74: [hash, amount],
  75: [hash],
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
  inRange(code !== 30 || operation[5] !== null || operation[6] !== null, "an escrow without a condition");
  return operation;
}
