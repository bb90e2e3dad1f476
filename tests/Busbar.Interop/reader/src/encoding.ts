// spec/encoding.md, E-1 to E-17: deterministic CBOR, limits, domain tags, values.

import { sha256 } from "@noble/hashes/sha2.js";

/** Why bytes are not the encoding of anything; the names of spec/encoding.md. */
export type DecodeErrorName =
  | "Truncated"
  | "WrongType"
  | "NotCanonical"
  | "WrongLength"
  | "OutOfRange"
  | "TrailingBytes"
  | "UnsupportedVersion"
  | "UnknownKind";

export class DecodeError extends Error {
  constructor(readonly code: DecodeErrorName, detail = "") {
    super(detail === "" ? code : `${code}: ${detail}`);
  }
}

export const MAX_U64 = (1n << 64n) - 1n;
export const MAX_AMOUNT = (1n << 128n) - 1n;
export const MAX_TIME = (1n << 48n) - 1n;
export const MAX_TRANSACTION_BYTES = 131_072;

/** E-16. */
export function hex(bytes: Uint8Array): string {
  return "0x" + Buffer.from(bytes).toString("hex");
}

/** E-16. */
export function unhex(text: string): Uint8Array {
  const digits = text.startsWith("0x") ? text.slice(2) : text;
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw new Error(`not hexadecimal: ${text}`);
  }
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

export function concat(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

export function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "ascii"));
}

/** A number in a fixed count of bytes, big-endian. */
export function bigEndian(value: bigint | number, sizeBytes: number): Uint8Array {
  const digits = BigInt(value).toString(16).padStart(sizeBytes * 2, "0");
  if (digits.length > sizeBytes * 2) {
    throw new RangeError(`${value} is wider than ${sizeBytes} bytes`);
  }
  return unhex(digits);
}

export function fromBigEndian(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(hex(bytes));
}

/** E-8. */
export function digest(...parts: Uint8Array[]): Uint8Array {
  return sha256(concat(...parts));
}

/** A value as it is encoded: numbers, byte strings, texts, arrays and null. */
export type Item = bigint | number | string | Uint8Array | null | readonly Item[];

/** The one encoding of a value (E-1 to E-4). */
export function encode(item: Item): Uint8Array {
  if (item === null) {
    return Uint8Array.of(0xf6);
  }
  if (typeof item === "number" || typeof item === "bigint") {
    return encodeNumber(BigInt(item));
  }
  if (typeof item === "string") {
    const text = Uint8Array.from(Buffer.from(item, "utf8"));
    return concat(head(3, BigInt(text.length)), text);
  }
  if (item instanceof Uint8Array) {
    return concat(head(2, BigInt(item.length)), item);
  }
  return concat(head(4, BigInt(item.length)), ...item.map(encode));
}

function encodeNumber(value: bigint): Uint8Array {
  if (value < 0n || value > MAX_AMOUNT) {
    throw new RangeError(`${value} has no encoding`);
  }
  if (value <= MAX_U64) {
    return head(0, value);
  }
  const size = Math.ceil(value.toString(16).length / 2);
  return concat(Uint8Array.of(0xc2), head(2, BigInt(size)), bigEndian(value, size));
}

function head(major: number, value: bigint): Uint8Array {
  const first = major << 5;
  if (value < 24n) {
    return Uint8Array.of(first | Number(value));
  }
  const form = value < 1n << 8n ? 0 : value < 1n << 16n ? 1 : value < 1n << 32n ? 2 : 3;
  return concat(Uint8Array.of(first | (24 + form)), bigEndian(value, 1 << form));
}

/** Reads items one by one and throws a DecodeError at the first that is wrong (E-5). */
export class Reader {
  private position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Decodes what must be the whole of the input. */
  static whole<T>(bytes: Uint8Array, read: (reader: Reader) => T): T {
    const reader = new Reader(bytes);
    const value = read(reader);
    if (reader.position !== bytes.length) {
      throw new DecodeError("TrailingBytes");
    }
    return value;
  }

  /** A number of up to 64 bits, at most `max`. */
  number(max: bigint = MAX_U64): bigint {
    const value = this.head(0);
    if (value > max) {
      throw new DecodeError("OutOfRange");
    }
    return value;
  }

  small(max: number): number {
    return Number(this.number(BigInt(max)));
  }

  /** A number of up to 128 bits (E-4, E-11). */
  amount(): bigint {
    if (this.bytes[this.position] !== 0xc2) {
      return this.head(0);
    }
    this.position++;
    const bytes = this.bytesOf(0, 16);
    if (bytes.length < 9 || bytes[0] === 0) {
      throw new DecodeError("NotCanonical");
    }
    return fromBigEndian(bytes);
  }

  /** E-12. */
  time(): bigint {
    return this.number(MAX_TIME);
  }

  /** A byte string of a fixed length. */
  fixed(sizeBytes: number): Uint8Array {
    return this.bytesOf(sizeBytes, sizeBytes);
  }

  bytesOf(min: number, max: number): Uint8Array {
    return this.take(2, min, max);
  }

  text(min: number, max: number): string {
    const bytes = this.take(3, min, max);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new DecodeError("OutOfRange", "not UTF-8");
    }
  }

  /** E-10. */
  tag(expected: string): void {
    if (this.text(0, expected.length) !== expected) {
      throw new DecodeError("UnknownKind", `not ${expected}`);
    }
  }

  /** The start of an array of that many items. */
  array(count: number): void {
    this.arrayOf(count, count);
  }

  arrayOf(min: number, max: number): number {
    const count = this.head(4);
    if (count < BigInt(min) || count > BigInt(max)) {
      throw new DecodeError("WrongLength");
    }
    return Number(count);
  }

  list<T>(min: number, max: number, read: () => T): T[] {
    const items: T[] = [];
    for (let left = this.arrayOf(min, max); left > 0; left--) {
      items.push(read());
    }
    return items;
  }

  /** E-7. */
  optional<T>(read: () => T): T | null {
    if (this.bytes[this.position] !== 0xf6) {
      return read();
    }
    this.position++;
    return null;
  }

  /** The first item's text without reading on; null when there is none. */
  peekTag(): string | null {
    const before = this.position;
    try {
      this.arrayOf(0, 16);
      return this.text(0, 64);
    } catch {
      return null;
    } finally {
      this.position = before;
    }
  }

  private take(major: number, min: number, max: number): Uint8Array {
    const size = this.head(major);
    if (size < BigInt(min) || size > BigInt(max)) {
      throw new DecodeError("WrongLength");
    }
    return this.raw(Number(size));
  }

  private raw(size: number): Uint8Array {
    if (size > this.bytes.length - this.position) {
      throw new DecodeError("Truncated");
    }
    this.position += size;
    return this.bytes.slice(this.position - size, this.position);
  }

  // E-2, E-3: the type, then the value in its shortest form.
  private head(major: number): bigint {
    const first = this.raw(1)[0]!;
    if (first >> 5 !== major) {
      throw new DecodeError("WrongType");
    }
    const form = first & 0x1f;
    if (form < 24) {
      return BigInt(form);
    }
    if (form > 27) {
      throw new DecodeError("NotCanonical");
    }
    const size = 1 << (form - 24);
    const value = fromBigEndian(this.raw(size));
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    if (value < least) {
      throw new DecodeError("NotCanonical");
    }
    return value;
  }
}
