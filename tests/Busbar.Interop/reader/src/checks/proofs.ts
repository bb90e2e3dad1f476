// proofs.json: C-1, C-2, C-5, C-53, L-45 to L-48.

import { equalSet, quorumOf, setDigest } from "../consensus.js";
import { unhex } from "../encoding.js";
import { checkProof, ledgerProofItem, readLedgerProof } from "../proofs.js";
import { type Check, equal, equalBytes, reencodes } from "./report.js";

export const checkProofs: Check = (vectors, report) => {
  for (const { keys, weights, digest, quorum } of vectors.sets) {
    report.test("sets", `${keys.length} keys, weights ${weights}`, () => {
      const equalWeights = equalSet(keys.map(unhex));
      const set = weights === null ? equalWeights : { ...equalWeights, weights: weights.map(BigInt) };
      equalBytes(setDigest(set), digest, "the digest");
      equal(quorumOf(set), BigInt(quorum), "the quorum");
    });
  }
  for (const one of vectors.proofs) {
    report.test("proofs", one.name, () => {
      const proof = readLedgerProof(unhex(one.encoding));
      reencodes(ledgerProofItem(proof), unhex(one.encoding));
      const trusted = equalSet(one.trustedKeys.map(unhex));
      const { status, epoch } = checkProof(proof, BigInt(one.network), BigInt(one.trustedEpoch), trusted);
      equal(status, one.status, "the status");
      equal(status === "Valid" ? Number(epoch) : null, one.reachedEpoch, "the epoch reached");
    });
  }
};
