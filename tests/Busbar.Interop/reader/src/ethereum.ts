// spec/ledger.md, L-160 to L-188: what Ethereum wallets sign, and their transactions with their call data.

import {
  DecodeError, MAX_AMOUNT, MAX_U64, type Item, ascii, bigEndian, concat, fromBigEndian, hex, same,
} from "./encoding.js";
import { keccak, recover } from "./keys.js";

export const TRANSFER_WITH_AUTHORIZATION = 50;
export const RECEIVE_WITH_AUTHORIZATION = 51;
export const CANCEL_AUTHORIZATION = 52;
export const PERMIT = 62;

export const AUTHORIZATION_FIELDS =
  "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";

/** L-160: the digest of typed data; each field is given as its bytes and padded to a word. */
export function typedDigest(domain: Uint8Array, type: string, ...fields: Uint8Array[]): Uint8Array {
  return keccak(Uint8Array.of(0x19, 0x01), domain, keccak(keccak(ascii(type)), ...fields.map(word)));
}

/** L-160: the domain of an asset. */
export function domainOf(name: string, version: string, network: bigint, asset: Uint8Array): Uint8Array {
  const type = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  return keccak(
    keccak(ascii(type)), keccak(Buffer.from(name, "utf8")), keccak(Buffer.from(version, "utf8")),
    bigEndian(network, 32), word(asset),
  );
}

function word(bytes: Uint8Array): Uint8Array {
  return concat(new Uint8Array(32 - bytes.length), bytes);
}

/** The digest that the wallet of an operation signed; null for an operation that carries no wallet's signature. */
export function walletDigest(operation: readonly Item[]): Uint8Array | null {
  const [code, , domain, ...fields] = operation as [bigint, Uint8Array, Uint8Array, ...Item[]];
  const bytes = fields.map((field) => (field instanceof Uint8Array ? field : bigEndian(field as bigint, 32)));
  switch (Number(code)) {
    case TRANSFER_WITH_AUTHORIZATION:
      return typedDigest(domain, "TransferWithAuthorization" + AUTHORIZATION_FIELDS, ...bytes.slice(0, 6));
    case RECEIVE_WITH_AUTHORIZATION:
      return typedDigest(domain, "ReceiveWithAuthorization" + AUTHORIZATION_FIELDS, ...bytes.slice(0, 6));
    case CANCEL_AUTHORIZATION:
      return typedDigest(domain, "CancelAuthorization(address authorizer,bytes32 nonce)", ...bytes.slice(0, 2));
    case PERMIT: {
      const type = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)";
      return typedDigest(domain, type, ...bytes.slice(0, 5));
    }
    default:
      return null;
  }
}

/** Whether the wallet's signature of an operation is that of whom the operation names. */
export function isWalletsOwn(operation: readonly Item[]): boolean {
  const digest = walletDigest(operation);
  const signer = digest === null ? null : recover(digest, operation[operation.length - 1] as Uint8Array);
  return signer !== null && same(signer, operation[3] as Uint8Array);
}

type Rlp = Uint8Array | Rlp[];

function encodeRlp(item: Rlp): Uint8Array {
  if (item instanceof Uint8Array) {
    return item.length === 1 && item[0]! < 0x80 ? item : concat(rlpHead(0x80, item.length), item);
  }
  const items = concat(...item.map(encodeRlp));
  return concat(rlpHead(0xc0, items.length), items);
}

function rlpHead(base: number, size: number): Uint8Array {
  if (size < 56) {
    return Uint8Array.of(base + size);
  }
  const bytes = minimal(BigInt(size));
  return concat(Uint8Array.of(base + 55 + bytes.length), bytes);
}

function minimal(value: bigint): Uint8Array {
  return value === 0n ? new Uint8Array() : bigEndian(value, Math.ceil(value.toString(16).length / 2));
}

function decodeRlp(bytes: Uint8Array): Rlp {
  const [item, end] = decodeRlpAt(bytes, 0);
  if (end !== bytes.length) {
    throw new DecodeError("TrailingBytes");
  }
  return item;
}

function decodeRlpAt(bytes: Uint8Array, at: number): [Rlp, number] {
  const first = bytes[at];
  if (first === undefined) {
    throw new DecodeError("Truncated");
  }
  if (first < 0x80) {
    return [bytes.slice(at, at + 1), at + 1];
  }
  const base = first < 0xc0 ? 0x80 : 0xc0;
  const long = first - base > 55 ? first - base - 55 : 0;
  const sizeBytes = bytes.slice(at + 1, at + 1 + long);
  const size = long === 0 ? first - base : Number(fromBigEndian(sizeBytes));
  const start = at + 1 + long;
  if (sizeBytes.length < long || start + size > bytes.length) {
    throw new DecodeError("Truncated");
  }
  const content = bytes.slice(start, start + size);
  const single = base === 0x80 && size === 1 && content[0]! < 0x80;
  if (single || (long > 0 && (sizeBytes[0] === 0 || size < 56))) {
    throw new DecodeError("NotCanonical");
  }
  if (base === 0x80) {
    return [content, start + size];
  }
  const items: Rlp[] = [];
  for (let inside = 0; inside < content.length; ) {
    const [item, next] = decodeRlpAt(content, inside);
    items.push(item);
    inside = next;
  }
  return [items, start + size];
}

export interface RawTransaction {
  readonly network: bigint;
  readonly nonce: bigint;
  readonly price: bigint;
  readonly gas: bigint;
  readonly to: Uint8Array;
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly signer: Uint8Array | null;
}

/** L-185: a raw transaction of type 0, 1 or 2. */
export function readRaw(raw: Uint8Array): RawTransaction {
  const first = raw[0];
  if (first === undefined) {
    throw new DecodeError("Truncated");
  }
  const type = first >= 0xc0 ? 0 : first;
  if (type > 2) {
    throw new DecodeError("UnknownKind");
  }
  const fields = decodeRlp(type === 0 ? raw : raw.slice(1));
  if (fields instanceof Uint8Array) {
    throw new DecodeError("WrongType");
  }
  return type === 0 ? readLegacy(fields) : readTyped(fields, type);
}

function readLegacy(fields: Rlp[]): RawTransaction {
  const [nonce, price, gas, to, value, input, v, r, s] = flat(fields, 9);
  const mark = number(v!, 9);
  if (mark < 35n) {
    throw new DecodeError("OutOfRange", "without EIP-155");
  }
  const network = (mark - 35n) / 2n;
  const unsigned = encodeRlp([...fields.slice(0, 6), minimal(network), new Uint8Array(), new Uint8Array()]);
  return content(network, nonce!, price!, gas!, to!, value!, input!, signerOf(unsigned, r!, s!, (mark - 35n) % 2n));
}

function readTyped(fields: Rlp[], type: number): RawTransaction {
  const list = type === 1 ? 7 : 8;
  const access = fields[list];
  if (fields.length !== list + 4 || access instanceof Uint8Array || access === undefined || access.length !== 0) {
    throw new DecodeError("WrongLength");
  }
  const kept = flat([...fields.slice(0, list), ...fields.slice(list + 1)], list + 3);
  const [network, nonce] = kept;
  const [price, gas, to, value, input, parity, r, s] = kept.slice(list - 5);
  if (type === 2) {
    number(kept[2]!, 32);
  }
  const odd = number(parity!, 1);
  if (odd > 1n) {
    throw new DecodeError("OutOfRange");
  }
  const unsigned = concat(Uint8Array.of(type), encodeRlp(fields.slice(0, list + 1)));
  return content(number(network!, 8), nonce!, price!, gas!, to!, value!, input!, signerOf(unsigned, r!, s!, odd));
}

function flat(fields: Rlp[], count: number): Uint8Array[] {
  if (fields.length !== count) {
    throw new DecodeError("WrongLength");
  }
  return fields.map((field) => {
    if (field instanceof Uint8Array) {
      return field;
    }
    throw new DecodeError("WrongType");
  });
}

function number(bytes: Uint8Array, maxBytes: number): bigint {
  if (bytes[0] === 0) {
    throw new DecodeError("NotCanonical");
  }
  if (bytes.length > maxBytes) {
    throw new DecodeError("OutOfRange");
  }
  return fromBigEndian(bytes);
}

function content(
  network: bigint, nonce: Uint8Array, price: Uint8Array, gas: Uint8Array, to: Uint8Array, value: Uint8Array,
  input: Uint8Array, signer: Uint8Array | null,
): RawTransaction {
  if (to.length !== 20) {
    throw new DecodeError("WrongLength", "no recipient");
  }
  return {
    network, nonce: number(nonce, 8), price: number(price, 32), gas: number(gas, 8), to, value: number(value, 32),
    input, signer,
  };
}

function signerOf(unsigned: Uint8Array, r: Uint8Array, s: Uint8Array, odd: bigint): Uint8Array | null {
  number(r, 32);
  number(s, 32);
  return recover(keccak(unsigned), concat(word(r), word(s), Uint8Array.of(27 + Number(odd))));
}

/** L-188: what the sender of a raw transaction adds where its call has a signature of its own. */
export interface Terms {
  readonly domain: Uint8Array;
  readonly permitNonce: bigint;
}

export type Derived =
  | { readonly operation: readonly Item[] }
  | { readonly status: "EthereumCallUnknown" | "EthereumValueInvalid" | "WalletSignatureInvalid" };

/** L-187, L-188: the one operation that a raw transaction is. */
export function operationOf(
  raw: RawTransaction, feeAsset: Uint8Array, feeDecimals: number, terms: Terms | null,
): Derived {
  if (raw.input.length === 0) {
    const unit = 10n ** BigInt(18 - feeDecimals);
    if (raw.value % unit !== 0n || raw.value / unit > MAX_AMOUNT) {
      return { status: "EthereumValueInvalid" };
    }
    return terms === null
      ? { operation: [1n, feeAsset, raw.to, raw.value / unit, new Uint8Array(32)] }
      : { status: "WalletSignatureInvalid" };
  }
  const operation = readCall(raw.to, raw.input, terms);
  if (operation === null) {
    return { status: "EthereumCallUnknown" };
  }
  if (raw.value !== 0n) {
    return { status: "EthereumValueInvalid" };
  }
  const signed = [50n, 51n, 52n, 62n].includes(operation[0] as bigint);
  const plausible = signed ? terms !== null && isWalletsOwn(operation) : terms === null;
  const nonceRight = terms === null || operation[0] === 62n || terms.permitNonce === 0n;
  return plausible && nonceRight ? { operation } : { status: "WalletSignatureInvalid" };
}

const SIGNATURE_FORMS = ["uint8,bytes32,bytes32", "bytes"] as const;
const AUTHORIZATION_TYPES = "address,address,uint256,uint256,uint256,bytes32";

/** The calls with a signature: their arguments before it. */
const SIGNED_CALLS: Record<string, string> = {
  permit: "address,address,uint256,uint256",
  transferWithAuthorization: AUTHORIZATION_TYPES,
  receiveWithAuthorization: AUTHORIZATION_TYPES,
  cancelAuthorization: "address,bytes32",
};

function readCall(asset: Uint8Array, input: Uint8Array, terms: Terms | null): Item[] | null {
  const selector = hex(input.slice(0, 4));
  const is = (signature: string) => hex(keccak(ascii(signature)).slice(0, 4)) === selector;
  const words = new Words(input.slice(4));
  try {
    const none = new Uint8Array(32);
    if (is("transfer(address,uint256)")) {
      return words.end([1n, asset, words.address(), words.amount(), none], 2);
    }
    if (is("approve(address,uint256)")) {
      return words.end([60n, asset, words.address(), capped(words.wide())], 2);
    }
    if (is("transferFrom(address,address,uint256)")) {
      return words.end([61n, asset, words.address(), words.address(), words.amount(), none], 3);
    }
    for (const [name, types] of Object.entries(SIGNED_CALLS)) {
      const form = SIGNATURE_FORMS.find((signature) => is(`${name}(${types},${signature})`));
      if (form !== undefined) {
        return readSignedCall(name, words, asset, terms, form, types.split(",").length);
      }
    }
    return null;
  } catch {
    return null;
  }
}

function readSignedCall(
  name: string, words: Words, asset: Uint8Array, terms: Terms | null, form: string, before: number,
): Item[] {
  const domain = terms?.domain ?? new Uint8Array(32);
  switch (name) {
    case "permit": {
      const [owner, spender, value, deadline] = [words.address(), words.address(), words.word(), words.word()];
      const nonce = terms?.permitNonce ?? 0n;
      return [62n, asset, domain, owner, spender, value, nonce, deadline, words.signature(form, before)];
    }
    case "cancelAuthorization":
      return [52n, asset, domain, words.address(), words.word(), words.signature(form, before)];
    default: {
      const code = name === "transferWithAuthorization" ? 50n : 51n;
      const [from, to, value] = [words.address(), words.address(), words.amount()];
      const [after, until, nonce] = [words.time(), words.time(), words.word()];
      return [code, asset, domain, from, to, value, after, until, nonce, words.signature(form, before)];
    }
  }
}

function capped(value: bigint): bigint {
  return value > MAX_AMOUNT ? MAX_AMOUNT : value;
}

/** The arguments of a call in the one ABI encoding that they have. */
class Words {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  word(): Uint8Array {
    if (this.at + 32 > this.bytes.length) {
      throw new DecodeError("Truncated");
    }
    this.at += 32;
    return this.bytes.slice(this.at - 32, this.at);
  }

  wide(): bigint {
    return fromBigEndian(this.word());
  }

  amount(): bigint {
    return this.upTo(MAX_AMOUNT);
  }

  time(): bigint {
    return this.upTo(MAX_U64);
  }

  address(): Uint8Array {
    return bigEndian(this.upTo((1n << 160n) - 1n), 20);
  }

  signature(form: string, before: number): Uint8Array {
    if (form === "bytes") {
      this.exactly(BigInt(32 * (before + 1)));
      this.exactly(65n);
      const signature = concat(this.word(), this.word(), this.word());
      if (this.at !== this.bytes.length || signature.slice(65).some((byte) => byte !== 0)) {
        throw new DecodeError("NotCanonical");
      }
      return signature.slice(0, 65);
    }
    const v = this.upTo(255n);
    return this.end(concat(this.word(), this.word(), Uint8Array.of(Number(v))), before + 3);
  }

  end<T>(value: T, words: number): T {
    if (this.at !== 32 * words || this.at !== this.bytes.length) {
      throw new DecodeError("TrailingBytes");
    }
    return value;
  }

  private exactly(value: bigint): void {
    if (this.wide() !== value) {
      throw new DecodeError("NotCanonical");
    }
  }

  private upTo(max: bigint): bigint {
    const value = this.wide();
    if (value > max) {
      throw new DecodeError("OutOfRange");
    }
    return value;
  }
}
