// spec/consensus.md, C-1 to C-5, C-53, and spec/ledger.md, L-40: validators, votes, certificates, headers, handovers.

import { DecodeError, type Item, Reader, digest, encode, same } from "./encoding.js";
import { ED25519, verify } from "./keys.js";

const MAX_VALIDATORS = 200;
const VOTE_TAGS = ["busbar/notarize/1", "busbar/nullify/1", "busbar/finalize/1"] as const;
const NULLIFY = 2;
const FINALIZE = 3;

export interface ValidatorSet {
  readonly keys: readonly Uint8Array[];
  readonly weights: readonly bigint[];
}

export function equalSet(keys: readonly Uint8Array[]): ValidatorSet {
  return { keys, weights: keys.map(() => 1n) };
}

/** C-1. */
export function setDigest(set: ValidatorSet): Uint8Array {
  const equal = set.weights.every((weight) => weight === 1n);
  const members: Item[] = set.keys.map((key, i) => (equal ? key : [key, set.weights[i]!]));
  return digest(encode(["busbar/validators/1", members]));
}

/** C-2. */
export function quorumOf(set: ValidatorSet): bigint {
  const total = set.weights.reduce((sum, weight) => sum + weight, 0n);
  return (2n * total) / 3n + 1n;
}

export interface Vote {
  readonly kind: number;
  readonly epoch: bigint;
  readonly view: bigint;
  readonly parentView: bigint;
  readonly block: Uint8Array;
}

/** C-4. */
export function readVote(reader: Reader): Vote {
  reader.array(5);
  const kind = reader.small(255);
  if (kind < 1 || kind > FINALIZE) {
    throw new DecodeError("UnknownKind");
  }
  const vote = {
    kind, epoch: reader.number(), view: reader.number(), parentView: reader.number(), block: reader.fixed(32),
  };
  if (kind === NULLIFY && (vote.parentView !== 0n || vote.block.some((byte) => byte !== 0))) {
    throw new DecodeError("UnknownKind", "a nullify vote names no block");
  }
  return vote;
}

function voteItem(vote: Vote): Item {
  return [vote.kind, vote.epoch, vote.view, vote.parentView, vote.block];
}

/** C-4. */
export function voteHash(vote: Vote, network: bigint): Uint8Array {
  return digest(encode([VOTE_TAGS[vote.kind - 1]!, network, vote.epoch, vote.view, vote.parentView, vote.block]));
}

export interface Certificate {
  readonly vote: Vote;
  readonly signers: readonly number[];
  readonly signatures: readonly Uint8Array[];
}

/** C-5. */
export function readCertificate(reader: Reader): Certificate {
  reader.array(3);
  const vote = readVote(reader);
  const bitmap = reader.bytesOf(0, MAX_VALIDATORS / 8);
  if (bitmap.length === 0 || bitmap[bitmap.length - 1] === 0) {
    throw new DecodeError("NotCanonical");
  }
  const places = Array.from({ length: bitmap.length * 8 }, (_, i) => i);
  const signers = places.filter((i) => (bitmap[i >> 3]! >> (i & 7)) & 1);
  return { vote, signers, signatures: reader.list(signers.length, signers.length, () => reader.fixed(64)) };
}

export function certificateItem(certificate: Certificate): Item {
  const last = certificate.signers[certificate.signers.length - 1]!;
  const bitmap = new Uint8Array((last >> 3) + 1);
  certificate.signers.forEach((i) => (bitmap[i >> 3]! |= 1 << (i & 7)));
  return [voteItem(certificate.vote), bitmap, certificate.signatures];
}

/** C-5: whether different validators of the set that weigh a quorum signed exactly this vote. */
export function isValid(certificate: Certificate, set: ValidatorSet, network: bigint): boolean {
  const { vote, signers, signatures } = certificate;
  if (signers.some((i) => i >= set.keys.length)) {
    return false;
  }
  const weight = signers.reduce((sum, i) => sum + set.weights[i]!, 0n);
  const message = voteHash(vote, network);
  return weight >= quorumOf(set)
    && signers.every((i, at) => verify({ kind: ED25519, bytes: set.keys[i]! }, message, signatures[at]!));
}

/** Whether a certificate finalizes a block: it is one of finalize votes for its digest, in its epoch. */
export function finalizes(certificate: Certificate, header: Header, set: ValidatorSet, network: bigint): boolean {
  const { vote } = certificate;
  return vote.kind === FINALIZE && vote.epoch === header.epoch && same(vote.block, headerDigest(header))
    && isValid(certificate, set, network);
}

export interface Header {
  readonly network: bigint;
  readonly epoch: bigint;
  readonly height: bigint;
  readonly view: bigint;
  readonly parent: Uint8Array;
  readonly timeMs: bigint;
  readonly uptimeMs: bigint;
  readonly stateRoot: Uint8Array;
  readonly transactionsRoot: Uint8Array;
  readonly receiptsRoot: Uint8Array;
  readonly validators: Uint8Array;
  readonly nextValidators: Uint8Array;
}

/** L-40. */
export function readHeader(reader: Reader): Header {
  reader.array(13);
  reader.tag("busbar/header/1");
  return {
    network: reader.number(),
    epoch: reader.number(),
    height: reader.number(),
    view: reader.number(),
    parent: reader.fixed(32),
    timeMs: reader.time(),
    uptimeMs: reader.number(),
    stateRoot: reader.fixed(32),
    transactionsRoot: reader.fixed(32),
    receiptsRoot: reader.fixed(32),
    validators: reader.fixed(32),
    nextValidators: reader.fixed(32),
  };
}

export function headerItem(header: Header): Item {
  return [
    "busbar/header/1", header.network, header.epoch, header.height, header.view, header.parent, header.timeMs,
    header.uptimeMs, header.stateRoot, header.transactionsRoot, header.receiptsRoot, header.validators,
    header.nextValidators,
  ];
}

/** L-40. */
export function headerDigest(header: Header): Uint8Array {
  return digest(encode(headerItem(header)));
}

export interface Handover {
  readonly header: Header;
  readonly finalization: Certificate;
  readonly next: readonly Uint8Array[];
}

/** C-53. */
export function readHandover(reader: Reader): Handover {
  reader.array(3);
  return {
    header: readHeader(reader),
    finalization: readCertificate(reader),
    next: reader.list(1, MAX_VALIDATORS, () => reader.fixed(32)),
  };
}

export function handoverItem(handover: Handover): Item {
  return [headerItem(handover.header), certificateItem(handover.finalization), handover.next];
}

/** C-53: the set that a handover leads to from another; null when it does not follow from that. */
export function follow(handover: Handover, from: ValidatorSet, network: bigint): ValidatorSet | null {
  const { header, finalization } = handover;
  const next = equalSet(handover.next);
  const different = new Set(handover.next.map((key) => Buffer.from(key).toString("hex"))).size === handover.next.length;
  const right = header.network === network && different
    && same(header.validators, setDigest(from))
    && same(header.nextValidators, setDigest(next))
    && !same(header.validators, header.nextValidators)
    && finalizes(finalization, header, from, network);
  return right ? next : null;
}
