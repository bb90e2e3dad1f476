// ticks.json: T-1 to T-16.

import { Reader, digest, encode, hex, unhex } from "../encoding.js";
import { ED25519, SECP256K1, proofItem, verifyProof } from "../keys.js";
import {
  type Voucher, Payee, chainEnd, channelTag, channelTagInput, claimItem, endInput, judgeClaim, judgeNext, nodeInput,
  pathOf, readClaim, readSignedVoucher, readTick, readVoucher, stepDown, stepInput, tickItem, tickValue, treeLevels,
  voucherHash, voucherItem,
} from "../ticks.js";
import { errorOf } from "./encoding.js";
import { publicKeyOf } from "./keys.js";
import { type Check, type Vectors, equal, equalBytes, reencodes, truth } from "./report.js";

export const checkTicks: Check = (vectors, report) => {
  const secret = unhex(vectors.tickSecret);
  for (const { kind, secret: signing, encoded } of vectors.keys) {
    report.test("keys", kind, () => {
      const key = publicKeyOf(kind === "Ed25519" ? ED25519 : SECP256K1, unhex(signing));
      equal(hex(encode(key.kind)).slice(2) + hex(encode(key.bytes)).slice(2), encoded.slice(2), "the encoded key");
    });
  }
  vectors.small.forEach((one: Vectors, at: number) =>
    report.test("small", `${at}: ${one.heads} x ${one.length}`, () => checkSmall(one, secret)));
  report.test("default", "256 x 256", () => {
    const voucher = checkVoucher(vectors.default);
    checkTickRows(vectors.default, voucher, tokensOf(voucher, secret));
  });
  const payee = new Payee(voucherOf(vectors.accept.voucher));
  for (const step of vectors.accept.steps) {
    report.test("accept", step.name, () => checkStep(payee, step));
  }
  for (const { name, claim, fault, signed, value } of vectors.claims) {
    report.test("claims", name, () => {
      const read = Reader.whole(unhex(claim), readClaim);
      reencodes(claimItem(read), unhex(claim));
      const judged = judgeClaim(read);
      equal(judged.fault, fault, "the fault");
      equal(judged.value.toString(), value, "the value");
      equal(read.proof !== null && judged.fault !== "SignatureWrong", signed, "whether it is signed");
    });
  }
  for (const { name, last, bestValue, next, expected } of vectors.successions) {
    report.test("successions", name, () =>
      equal(judgeNext(voucherOf(last), BigInt(bestValue), voucherOf(next)), expected, "the answer"));
  }
  const readers = { voucher: readVoucher, tick: readTick, claim: readClaim } as const;
  for (const { name, kind, bytes, error } of vectors.malformed) {
    report.test("malformed", name, () => {
      const read = readers[kind as keyof typeof readers] as (reader: Reader) => unknown;
      equal(errorOf(() => Reader.whole(unhex(bytes), read)), error, "the error");
    });
  }
};

function voucherOf(encoding: string): Voucher {
  const voucher = Reader.whole(unhex(encoding), readVoucher);
  reencodes(voucherItem(voucher), unhex(encoding));
  return voucher;
}

function checkVoucher(one: Vectors): Voucher {
  const voucher = voucherOf(one.voucher);
  equal(voucher.network, BigInt(one.network), "the network");
  equalBytes(voucher.channel, one.channel, "the channel");
  equal(voucher.epoch, BigInt(one.epoch), "the epoch");
  equal(voucher.base.toString(), one.base, "the base");
  equal(voucher.tickValue.toString(), one.tickValue, "the value of a tick");
  equal(voucher.heads, one.heads, "m");
  equal(voucher.length, one.length, "k");
  equalBytes(voucher.root, one.root, "the root");
  equalBytes(voucherHash(voucher), one.signingHash, "the signing hash");
  equalBytes(digest(unhex(one.voucher)), one.signingHash, "the digest of the encoding");
  for (const { signature, signedVoucher } of one.signatures) {
    const signed = Reader.whole(unhex(signedVoucher), readSignedVoucher);
    reencodes([voucherItem(signed.voucher), proofItem(signed.proof)], unhex(signedVoucher));
    equalBytes(signed.proof.signature, signature, "the signature");
    truth(verifyProof(signed.proof, voucherHash(voucher)), "the signature is valid");
  }
  return voucher;
}

// The tokens of each chain, from the head on.
function tokensOf(voucher: Voucher, secret: Uint8Array): Uint8Array[][] {
  return Array.from({ length: voucher.heads }, (_, chain) => {
    const tokens = [chainEnd(voucher, secret, chain)];
    for (let j = voucher.length; j > 0; j--) {
      tokens.unshift(stepDown(voucher, chain, j, tokens[0]!, 1));
    }
    return tokens;
  });
}

function checkSmall(one: Vectors, secret: Uint8Array): void {
  const voucher = checkVoucher(one);
  const tokens = tokensOf(voucher, secret);
  const levels = treeLevels(tokens.map((chain) => chain[0]!));
  equalBytes(channelTagInput(voucher), one.channelTagInput, "T-5, input");
  equalBytes(channelTag(voucher), one.channelTag, "T-5");
  equalBytes(endInput(voucher, 0), one.secretInputOfChain0, "T-6, input");
  const end = tokens[0]![voucher.length]!;
  equalBytes(stepInput(voucher, 0, voucher.length, end), one.stepInputOfChain0FromEnd, "T-7, input");
  const [left, right] = levels[0]!;
  const node = right === undefined ? null : hex(nodeInput(1, 0, left!, right));
  equal(node, one.nodeInputOfLevel1Index0, "T-8, input");
  equal(JSON.stringify(tokens.map((row) => row.map(hex))), JSON.stringify(one.tokensByChainFromHead), "the tokens");
  equal(JSON.stringify(levels.map((row) => row.map(hex))), JSON.stringify(one.nodesByLevelFromHeads), "the nodes");
  checkTickRows(one, voucher, tokens);
}

function checkTickRows(one: Vectors, voucher: Voucher, tokens: Uint8Array[][]): void {
  const levels = treeLevels(tokens.map((chain) => chain[0]!));
  equalBytes(levels[levels.length - 1]![0]!, one.root, "the root of the tree");
  for (const row of one.ticks) {
    const tick = Reader.whole(unhex(row.encoded), readTick);
    reencodes(tickItem(tick), unhex(row.encoded));
    equal(tick.chain, row.chain, "the chain");
    equal(tick.position, row.position, "the position");
    equal(tick.chain * voucher.length + tick.position, row.number, "the number");
    equalBytes(tick.token, row.token, "the token");
    equalBytes(tokens[tick.chain]![tick.position]!, row.token, "the token that the secret gives");
    equal(JSON.stringify(pathOf(levels, tick.chain).map(hex)), JSON.stringify(row.path), "the path");
    equal(tickValue(voucher, tick.chain, tick.position)?.toString(), row.value, "the value");
    const judged = judgeClaim({ voucher, proof: null, tick, path: row.path.map(unhex) });
    equal(judged.fault, "Unset", "a claim with it");
  }
}

function checkStep(payee: Payee, step: Vectors): void {
  const path = step.path.map(unhex);
  const error = errorOf(() => Reader.whole(unhex(step.tick), readTick));
  const answer = error === "taken"
    ? payee.accept(Reader.whole(unhex(step.tick), readTick), path)
    : "PositionOutOfRange";
  equal(answer, step.expected, "the answer");
  equal(payee.bestNumber, step.best, "the best number");
  equal(payee.bestValue.toString(), step.value, "the best value");
}
