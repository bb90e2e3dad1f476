// rejections.json: what must be refused.

import { readBlock, readGenesis } from "../blocks.js";
import { readCertificate, readHeader } from "../consensus.js";
import { Reader, unhex } from "../encoding.js";
import { recover, verify } from "../keys.js";
import { readReceipt } from "../receipts.js";
import { readEnvelope, verifyEnvelope } from "../transactions.js";
import { errorOf } from "./encoding.js";
import { type Check, equal } from "./report.js";

const READERS: Record<string, (reader: Reader) => unknown> = {
  number: (reader) => reader.amount(),
  header: readHeader,
  certificate: readCertificate,
  receipt: readReceipt,
  block: readBlock,
  genesis: readGenesis,
};

export const checkRejections: Check = (vectors, report) => {
  for (const { name, kind, bytes, error } of vectors.encodings) {
    report.test("encodings", name, () => {
      const decode = kind === "transaction"
        ? () => readEnvelope(unhex(bytes))
        : () => Reader.whole(unhex(bytes), READERS[kind]!);
      equal(errorOf(decode), error, "the error");
    });
  }
  for (const { name, keyKind, key, message, signature, valid } of vectors.signatures) {
    report.test("signatures", name, () =>
      equal(verify({ kind: keyKind, bytes: unhex(key) }, unhex(message), unhex(signature)), valid, "validity"));
  }
  for (const { name, digest, signature, signer } of vectors.recoverable) {
    report.test("recoverable", name, () => equal(recover(unhex(digest), unhex(signature)), signer, "the signer"));
  }
  for (const { name, encoding, status } of vectors.transactions) {
    report.test("transactions", name, () =>
      equal(verifyEnvelope(readEnvelope(unhex(encoding)), BigInt(vectors.network)), status, "the status"));
  }
};
