// spec/ledger.md, L-41 to L-43, L-45, L-46: the trees of state, transactions and receipts, and proofs in them.

import { type Item, MAX_U64, Reader, bigEndian, concat, digest, fromBigEndian, hex, same } from "./encoding.js";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);
const EMPTY = Uint8Array.of(2);
const ITEM = Uint8Array.of(3);
const NODE = Uint8Array.of(4);
const LIST = Uint8Array.of(5);
const STATE = Uint8Array.of(6);
const MAX_DEPTH = 256;
const MAX_LIST_PATH = 64;
const INTENT_PREFIX = 0x10;
export const MINUTE_KEY_BYTES = 9;

/** L-42: the path of an object. */
export function pathOf(key: Uint8Array): Uint8Array {
  return digest(key);
}

function bit(path: Uint8Array, depth: number): number {
  return (path[depth >> 3]! >> (7 - (depth & 7))) & 1;
}

function leafHash(path: Uint8Array, valueDigest: Uint8Array): Uint8Array {
  return digest(LEAF, path, valueDigest);
}

/** L-42: the root of a map with these values under these keys. */
export function mapRoot(entries: Iterable<readonly [Uint8Array, Uint8Array]>): Uint8Array {
  const leaves = [...entries].map(([key, value]) => {
    const path = pathOf(key);
    return { path, hash: leafHash(path, digest(value)) };
  });
  return rootAt(leaves, 0);
}

function rootAt(leaves: readonly { path: Uint8Array; hash: Uint8Array }[], depth: number): Uint8Array {
  if (leaves.length < 2) {
    return leaves.length === 0 ? digest(EMPTY) : leaves[0]!.hash;
  }
  const [left, right] = [0, 1].map((side) => leaves.filter((leaf) => bit(leaf.path, depth) === side));
  return digest(INNER, rootAt(left!, depth + 1), rootAt(right!, depth + 1));
}

/** L-42. */
export function combine(objects: Uint8Array, intents: Uint8Array): Uint8Array {
  return digest(STATE, objects, intents);
}

export function isIntentKey(key: Uint8Array): boolean {
  return key[0] === INTENT_PREFIX;
}

/** L-42: the state root of these entries, by their keys in hexadecimal. */
export function stateRoot(entries: ReadonlyMap<string, { key: Uint8Array; value: Uint8Array }>): Uint8Array {
  const objects: [Uint8Array, Uint8Array][] = [];
  const minutes = new Map<string, [Uint8Array, Uint8Array][]>();
  for (const { key, value } of entries.values()) {
    if (!isIntentKey(key)) {
      objects.push([key, value]);
      continue;
    }
    const minute = hex(key.slice(0, MINUTE_KEY_BYTES));
    minutes.set(minute, [...(minutes.get(minute) ?? []), [key, value]]);
  }
  const intents = [...minutes.values()].map((records) =>
    [records[0]![0].slice(0, MINUTE_KEY_BYTES), mapRoot(records)] as const);
  return combine(mapRoot(objects), mapRoot(intents));
}

export function itemHash(item: Uint8Array): Uint8Array {
  return digest(ITEM, item);
}

/** L-43. */
export function listRoot(items: readonly Uint8Array[]): Uint8Array {
  return listRootOf(top(items.map(itemHash)), BigInt(items.length));
}

function listRootOf(topHash: Uint8Array, count: bigint): Uint8Array {
  return digest(LIST, topHash, bigEndian(count, 8));
}

function top(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length < 2) {
    return hashes[0] ?? digest(EMPTY);
  }
  let half = 1;
  while (half * 2 < hashes.length) {
    half *= 2;
  }
  return digest(NODE, top(hashes.slice(0, half)), top(hashes.slice(half)));
}

/** L-45. */
export interface MapProof {
  readonly siblings: readonly Uint8Array[];
  readonly other: { readonly path: Uint8Array; readonly valueDigest: Uint8Array } | null;
}

export function readMapProof(reader: Reader): MapProof {
  reader.array(2);
  const siblings = reader.list(0, MAX_DEPTH, () => reader.fixed(32));
  const other = reader.optional(() => {
    reader.array(2);
    return { path: reader.fixed(32), valueDigest: reader.fixed(32) };
  });
  return { siblings, other };
}

export function mapProofItem(proof: MapProof): Item {
  return [proof.siblings, proof.other === null ? null : [proof.other.path, proof.other.valueDigest]];
}

/** L-45: the root by which a value stands at a path, or nothing when the value is null; null when neither follows. */
export function mapRootBy(proof: MapProof, path: Uint8Array, value: Uint8Array | null): Uint8Array | null {
  const { siblings, other } = proof;
  let end: Uint8Array;
  if (value !== null) {
    if (other !== null) {
      return null;
    }
    end = leafHash(path, digest(value));
  } else if (other === null) {
    end = digest(EMPTY);
  } else {
    const besides = siblings.every((_, depth) => bit(path, depth) === bit(other.path, depth));
    if (!besides || same(path, other.path)) {
      return null;
    }
    end = leafHash(other.path, other.valueDigest);
  }
  return siblings.reduceRight(
    (node, sibling, depth) =>
      bit(path, depth) === 0 ? digest(INNER, node, sibling) : digest(INNER, sibling, node),
    end,
  );
}

/** L-46. */
export interface ListProof {
  readonly index: bigint;
  readonly count: bigint;
  readonly path: readonly Uint8Array[];
}

export function readListProof(reader: Reader): ListProof {
  reader.array(3);
  return {
    index: reader.number(MAX_U64),
    count: reader.number(MAX_U64),
    path: reader.list(0, MAX_LIST_PATH, () => reader.fixed(32)),
  };
}

export function listProofItem(proof: ListProof): Item {
  return [proof.index, proof.count, proof.path];
}

/** L-46: the list root by which an item stands at its index; null when the way has another length. */
export function listRootBy(proof: ListProof, item: Uint8Array): Uint8Array | null {
  if (proof.index >= proof.count) {
    return null;
  }
  const left = [...proof.path];
  const climb = (index: bigint, count: bigint): Uint8Array | null => {
    if (count === 1n) {
      return itemHash(item);
    }
    let half = 1n;
    while (half * 2n < count) {
      half *= 2n;
    }
    const inFirst = index < half;
    const below = inFirst ? climb(index, half) : climb(index - half, count - half);
    const beside = left.shift();
    if (below === null || beside === undefined) {
      return null;
    }
    return inFirst ? digest(NODE, below, beside) : digest(NODE, beside, below);
  };
  const root = climb(proof.index, proof.count);
  return root === null || left.length > 0 ? null : listRootOf(root, proof.count);
}

/** L-47: whether a key is that of an intent's record, its minute being that of its intent id. */
export function isRecordKey(key: Uint8Array): boolean {
  if (!isIntentKey(key) || key.length !== MINUTE_KEY_BYTES + 20 + 20 + 16) {
    return false;
  }
  const minute = fromBigEndian(key.slice(1, MINUTE_KEY_BYTES));
  return minute === fromBigEndian(key.slice(49, 55)) / 60_000n;
}

export function keyOf(prefix: number, ...parts: Uint8Array[]): Uint8Array {
  return concat(Uint8Array.of(prefix), ...parts);
}
