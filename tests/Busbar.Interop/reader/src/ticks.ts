// spec/ticks.md: vouchers, hash chains, tokens, paths, claims.

import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import {
  DecodeError, MAX_AMOUNT, type Item, Reader, ascii, bigEndian, concat, digest, encode, same,
} from "./encoding.js";
import { type Proof, proofItem, readProof, verifyProof } from "./keys.js";

const TAG = "busbar/voucher/1";
const MAX_HEADS = 65_536;
const MAX_LENGTH = 1_024;
const MAX_PATH = 16;

export interface Voucher {
  readonly network: bigint;
  readonly channel: Uint8Array;
  readonly epoch: bigint;
  readonly base: bigint;
  readonly tickValue: bigint;
  readonly heads: number;
  readonly length: number;
  readonly root: Uint8Array;
}

export interface Tick {
  readonly epoch: bigint;
  readonly chain: number;
  readonly position: number;
  readonly token: Uint8Array;
}

export interface Claim {
  readonly voucher: Voucher;
  readonly proof: Proof | null;
  readonly tick: Tick | null;
  readonly path: readonly Uint8Array[];
}

/** T-1, T-2. */
export function readVoucher(reader: Reader): Voucher {
  reader.array(9);
  reader.tag(TAG);
  const voucher = {
    network: reader.number(),
    channel: reader.fixed(32),
    epoch: reader.number(),
    base: reader.amount(),
    tickValue: reader.amount(),
    heads: reader.small(MAX_HEADS),
    length: reader.small(MAX_LENGTH),
    root: reader.fixed(16),
  };
  const empty = voucher.heads === 1 && voucher.length === 1 && voucher.root.every((byte) => byte === 0);
  if (!isPower(voucher.heads) || !isPower(voucher.length) || (voucher.tickValue === 0n && !empty)) {
    throw new DecodeError("OutOfRange", "no voucher of this form");
  }
  return voucher;
}

export function voucherItem(voucher: Voucher): Item {
  return [
    TAG, voucher.network, voucher.channel, voucher.epoch, voucher.base, voucher.tickValue, voucher.heads,
    voucher.length, voucher.root,
  ];
}

/** T-3. */
export function voucherHash(voucher: Voucher): Uint8Array {
  return digest(encode(voucherItem(voucher)));
}

/** T-3. */
export function readSignedVoucher(reader: Reader): { voucher: Voucher; proof: Proof } {
  reader.array(2);
  return { voucher: readVoucher(reader), proof: readProof(reader) };
}

/** T-4. */
export function readTick(reader: Reader): Tick {
  reader.array(4);
  const epoch = reader.number();
  const chain = reader.small(MAX_HEADS - 1);
  const position = reader.small(MAX_LENGTH);
  if (position === 0) {
    throw new DecodeError("OutOfRange", "a head is no tick");
  }
  return { epoch, chain, position, token: reader.fixed(16) };
}

export function tickItem(tick: Tick): Item {
  return [tick.epoch, tick.chain, tick.position, tick.token];
}

/** T-15. */
export function readClaim(reader: Reader): Claim {
  reader.array(4);
  return {
    voucher: readVoucher(reader),
    proof: reader.optional(() => readProof(reader)),
    tick: reader.optional(() => readTick(reader)),
    path: reader.list(0, MAX_PATH, () => reader.fixed(16)),
  };
}

export function claimItem(claim: Claim): Item {
  return [
    voucherItem(claim.voucher),
    claim.proof === null ? null : proofItem(claim.proof),
    claim.tick === null ? null : tickItem(claim.tick),
    claim.path,
  ];
}

/** T-5, and its input. */
export function channelTagInput(voucher: Voucher): Uint8Array {
  return concat(bigEndian(voucher.network, 8), voucher.channel);
}

export function channelTag(voucher: Voucher): Uint8Array {
  return digest(channelTagInput(voucher)).slice(0, 16);
}

/** T-6: what is hashed with the secret to give the end of a chain. */
export function endInput(voucher: Voucher, chain: number): Uint8Array {
  return concat(
    ascii("busbar/tick/1"), bigEndian(voucher.network, 8), voucher.channel, bigEndian(voucher.epoch, 8),
    bigEndian(voucher.base, 16), bigEndian(voucher.tickValue, 16), bigEndian(voucher.heads, 4),
    bigEndian(voucher.length, 4), bigEndian(chain, 4),
  );
}

export function chainEnd(voucher: Voucher, secret: Uint8Array, chain: number): Uint8Array {
  return hmac(sha256, secret, endInput(voucher, chain)).slice(0, 16);
}

/** T-7: the input that gives x_{j-1}. */
export function stepInput(voucher: Voucher, chain: number, position: number, token: Uint8Array): Uint8Array {
  return concat(
    ascii("step"), channelTag(voucher), bigEndian(voucher.epoch, 8), bigEndian(chain, 4), bigEndian(position, 4), token,
  );
}

/** T-7: from a position of a chain down by some steps. */
export function stepDown(
  voucher: Voucher, chain: number, position: number, token: Uint8Array, steps: number,
): Uint8Array {
  let value = token;
  for (let at = position; at > position - steps; at--) {
    value = digest(stepInput(voucher, chain, at, value)).slice(0, 16);
  }
  return value;
}

/** T-8. */
export function nodeInput(level: number, index: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  return concat(ascii("node"), bigEndian(level, 4), bigEndian(index, 4), left, right);
}

/** T-8: every level of the tree, heads first. */
export function treeLevels(heads: readonly Uint8Array[]): Uint8Array[][] {
  const levels = [[...heads]];
  for (let level = 1; levels[level - 1]!.length > 1; level++) {
    const below = levels[level - 1]!;
    levels.push(
      Array.from({ length: below.length / 2 }, (_, i) =>
        digest(nodeInput(level, i, below[2 * i]!, below[2 * i + 1]!)).slice(0, 16)),
    );
  }
  return levels;
}

/** T-8: the siblings of a chain's head, lowest first. */
export function pathOf(levels: readonly Uint8Array[][], chain: number): Uint8Array[] {
  return levels.slice(0, -1).map((level, height) => level[(chain >> height) ^ 1]!);
}

/** T-8: the root that a head and its path give. */
export function rootWith(head: Uint8Array, chain: number, path: readonly Uint8Array[]): Uint8Array {
  return path.reduce((node, sibling, height) => {
    const [left, right] = (chain >> height) % 2 === 0 ? [node, sibling] : [sibling, node];
    return digest(nodeInput(height + 1, chain >> (height + 1), left, right)).slice(0, 16);
  }, head);
}

/** T-9: a tick's value; null when it does not fit 128 bits. */
export function tickValue(voucher: Voucher, chain: number, position: number): bigint | null {
  const value = voucher.base + voucher.tickValue * BigInt(chain * voucher.length + position);
  return value > MAX_AMOUNT ? null : value;
}

function placeFault(voucher: Voucher, tick: Tick): "PositionOutOfRange" | "ValueOverflow" | null {
  if (voucher.tickValue === 0n || tick.chain >= voucher.heads || tick.position > voucher.length) {
    return "PositionOutOfRange";
  }
  return tickValue(voucher, tick.chain, tick.position) === null ? "ValueOverflow" : null;
}

/** T-16: what a claim proves by itself. */
export function judgeClaim(claim: Claim): { fault: string; value: bigint } {
  const { voucher, proof, tick, path } = claim;
  if (proof !== null && !verifyProof(proof, voucherHash(voucher))) {
    return { fault: "SignatureWrong", value: 0n };
  }
  if (tick === null) {
    return path.length === 0 ? { fault: "Unset", value: voucher.base } : { fault: "PathWrong", value: 0n };
  }
  if (tick.epoch !== voucher.epoch) {
    return { fault: "EpochWrong", value: 0n };
  }
  const fault = placeFault(voucher, tick);
  if (fault !== null) {
    return { fault, value: 0n };
  }
  if (1 << path.length !== voucher.heads) {
    return { fault: "PathWrong", value: 0n };
  }
  const head = stepDown(voucher, tick.chain, tick.position, tick.token, tick.position);
  if (!same(rootWith(head, tick.chain, path), voucher.root)) {
    return { fault: "TokenWrong", value: 0n };
  }
  return { fault: "Unset", value: tickValue(voucher, tick.chain, tick.position)! };
}

/** T-10, T-11: a payee and the best tick that it holds. */
export class Payee {
  private best: Tick | null = null;

  constructor(private readonly voucher: Voucher) {}

  get bestNumber(): number {
    return this.best === null ? 0 : this.numberOf(this.best);
  }

  get bestValue(): bigint {
    return this.voucher.base + this.voucher.tickValue * BigInt(this.bestNumber);
  }

  accept(tick: Tick, path: readonly Uint8Array[]): string {
    if (tick.epoch !== this.voucher.epoch) {
      return "WrongEpoch";
    }
    const fault = placeFault(this.voucher, tick);
    if (fault !== null) {
      return fault;
    }
    const refusal = this.refusal(tick, path);
    if (refusal !== null) {
      return refusal;
    }
    if (this.numberOf(tick) <= this.bestNumber) {
      return "AlreadyHeld";
    }
    this.best = tick;
    return "Accepted";
  }

  private refusal(tick: Tick, path: readonly Uint8Array[]): string | null {
    const best = this.best;
    if (best !== null && best.chain === tick.chain) {
      const [high, low] = tick.position > best.position ? [tick, best] : [best, tick];
      const below = stepDown(this.voucher, tick.chain, high.position, high.token, high.position - low.position);
      return same(below, low.token) ? null : "TokenWrong";
    }
    if (path.length === 0 && this.voucher.heads > 1) {
      return "PathRequired";
    }
    if (1 << path.length !== this.voucher.heads) {
      return "PathWrong";
    }
    const head = stepDown(this.voucher, tick.chain, tick.position, tick.token, tick.position);
    return same(rootWith(head, tick.chain, path), this.voucher.root) ? null : "TokenWrong";
  }

  private numberOf(tick: Tick): number {
    return tick.chain * this.voucher.length + tick.position;
  }
}

/** T-12. */
export function judgeNext(last: Voucher, bestValue: bigint, next: Voucher): string {
  if (next.network !== last.network || !same(next.channel, last.channel)) {
    return "WrongChannel";
  }
  if (next.epoch <= last.epoch) {
    return "EpochNotHigher";
  }
  return next.base < bestValue ? "BaseTooLow" : "Accepted";
}

function isPower(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}
