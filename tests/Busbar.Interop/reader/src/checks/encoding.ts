// encoding.json: E-1 to E-15, L-80.

import { type Item, DecodeError, Reader, digest, encode, unhex } from "../encoding.js";
import { addressOf, verifyProof } from "../keys.js";
import { readOperation } from "../operations.js";
import { encodeEnvelope, contentItem, readEnvelope } from "../transactions.js";
import { type Check, equal, equalBytes, reencodes, truth } from "./report.js";

/** The error by which a decoder ends; "taken" when there is none. */
export function errorOf(decode: () => unknown): string {
  try {
    decode();
    return "taken";
  } catch (error) {
    if (error instanceof DecodeError) {
      return error.code;
    }
    throw error;
  }
}

export const checkEncoding: Check = (vectors, report) => {
  for (const { value, encoding } of vectors.numbers) {
    report.test("numbers", value, () => {
      equalBytes(encode(BigInt(value)), encoding, "the encoding");
      equal(Reader.whole(unhex(encoding), (reader) => reader.amount()), BigInt(value), "the number");
    });
  }
  for (const { encoding, error } of vectors.refused) {
    report.test("refused", encoding, () =>
      equal(errorOf(() => Reader.whole(unhex(encoding), (reader) => reader.amount())), error, "the error"));
  }
  report.test("transaction", "the transaction", () => {
    const { encoding, signingHash, signature, signedEncoding } = vectors.transaction;
    const envelope = readEnvelope(unhex(signedEncoding));
    equalBytes(encode(contentItem(envelope.content)), encoding, "the encoding");
    equalBytes(envelope.signingHash, signingHash, "the signing hash");
    equalBytes(envelope.signatures[0]!.signature, signature, "the signature");
    equalBytes(encodeEnvelope(envelope), signedEncoding, "the signed encoding");
    truth(verifyProof(envelope.signatures[0]!, envelope.signingHash), "the signature is valid");
    equalBytes(addressOf(envelope.signatures[0]!.key), "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf", "the address");
  });
  for (const { proposal, operation, digest: expected } of vectors.votes) {
    report.test("votes", proposal, () => {
      const read = Reader.whole(unhex(operation), readOperation);
      reencodes(read, unhex(operation));
      equalBytes(digest(encode(["busbar/proposal/1", read[1] as Item])), expected, "the digest");
    });
  }
};
