// spec/ledger.md, L-47 and L-48: statements about final blocks, and their proofs from a trusted validator set on.

import {
  type Certificate, type Handover, type Header, type ValidatorSet, certificateItem, finalizes, follow, handoverItem,
  headerDigest, headerItem, readCertificate, readHandover, readHeader, setDigest,
} from "./consensus.js";
import { DecodeError, type Item, MAX_TRANSACTION_BYTES, Reader, encode, same } from "./encoding.js";
import {
  type ListProof, type MapProof, MINUTE_KEY_BYTES, combine, isIntentKey, isRecordKey, listProofItem, listRootBy,
  mapProofItem, mapRootBy, pathOf, readListProof, readMapProof,
} from "./state.js";
import { type Receipt, readReceipt, receiptItem } from "./receipts.js";

const MAX_PROOF_BYTES = 16 * 1024 * 1024;
const MAX_HANDOVERS = 1_024;
const MAX_HEADERS = 512;
const MAX_KEY_BYTES = 256;
const MAX_VALUE_BYTES = 65_536;

/** L-47. */
export type Statement =
  | { kind: 1; key: Uint8Array; value: Uint8Array | null; inObjects: MapProof; intentsRoot: Uint8Array }
  | {
    kind: 2; key: Uint8Array; value: Uint8Array | null; inMinute: MapProof | null; inIntents: MapProof;
    objectsRoot: Uint8Array;
  }
  | { kind: 3; receipt: Receipt; inReceipts: ListProof }
  | { kind: 4; transaction: Uint8Array; inTransactions: ListProof };

const COUNTS: Record<number, number> = { 1: 5, 2: 6, 3: 3, 4: 3 };

export function readStatement(reader: Reader): Statement {
  const count = reader.arrayOf(1, 8);
  const kind = reader.small(255);
  if (COUNTS[kind] === undefined) {
    throw new DecodeError("UnknownKind");
  }
  if (COUNTS[kind] !== count) {
    throw new DecodeError("WrongLength");
  }
  if (kind === 3) {
    return { kind, receipt: readReceipt(reader), inReceipts: readListProof(reader) };
  }
  if (kind === 4) {
    return { kind, transaction: reader.bytesOf(0, MAX_TRANSACTION_BYTES), inTransactions: readListProof(reader) };
  }
  const key = reader.bytesOf(0, MAX_KEY_BYTES);
  const value = reader.optional(() => reader.bytesOf(0, MAX_VALUE_BYTES));
  return kind === 1
    ? { kind, key, value, inObjects: readMapProof(reader), intentsRoot: reader.fixed(32) }
    : {
      kind: 2, key, value, inMinute: reader.optional(() => readMapProof(reader)), inIntents: readMapProof(reader),
      objectsRoot: reader.fixed(32),
    };
}

export function statementItem(statement: Statement): Item {
  switch (statement.kind) {
    case 1:
      return [1, statement.key, statement.value, mapProofItem(statement.inObjects), statement.intentsRoot];
    case 2: {
      const minute = statement.inMinute === null ? null : mapProofItem(statement.inMinute);
      return [2, statement.key, statement.value, minute, mapProofItem(statement.inIntents), statement.objectsRoot];
    }
    case 3:
      return [3, receiptItem(statement.receipt), listProofItem(statement.inReceipts)];
    case 4:
      return [4, statement.transaction, listProofItem(statement.inTransactions)];
  }
}

/** L-47: whether the roots of a block hold what is stated. */
export function isTrueIn(statement: Statement, header: Header): boolean {
  switch (statement.kind) {
    case 1: {
      const objects = mapRootBy(statement.inObjects, pathOf(statement.key), statement.value);
      return objects !== null && !isIntentKey(statement.key)
        && same(combine(objects, statement.intentsRoot), header.stateRoot);
    }
    case 2: {
      const intents = intentsRootBy(statement);
      return intents !== null && isRecordKey(statement.key)
        && same(combine(statement.objectsRoot, intents), header.stateRoot);
    }
    case 3: {
      const root = listRootBy(statement.inReceipts, encode(receiptItem(statement.receipt)));
      return root !== null && same(root, header.receiptsRoot);
    }
    case 4: {
      const root = listRootBy(statement.inTransactions, statement.transaction);
      return root !== null && same(root, header.transactionsRoot);
    }
  }
}

function intentsRootBy(statement: Statement & { kind: 2 }): Uint8Array | null {
  const minute = pathOf(statement.key.slice(0, MINUTE_KEY_BYTES));
  if (statement.inMinute === null) {
    return statement.value === null ? mapRootBy(statement.inIntents, minute, null) : null;
  }
  const root = mapRootBy(statement.inMinute, pathOf(statement.key), statement.value);
  return root === null ? null : mapRootBy(statement.inIntents, minute, root);
}

/** L-48. */
export interface LedgerProof {
  readonly handovers: readonly Handover[];
  readonly headers: readonly Header[];
  readonly finalization: Certificate;
  readonly statement: Statement;
}

export function readLedgerProof(bytes: Uint8Array): LedgerProof {
  if (bytes.length > MAX_PROOF_BYTES) {
    throw new DecodeError("WrongLength");
  }
  return Reader.whole(bytes, (reader) => {
    reader.array(5);
    reader.tag("busbar/proof/1");
    return {
      handovers: reader.list(0, MAX_HANDOVERS, () => readHandover(reader)),
      headers: reader.list(1, MAX_HEADERS, () => readHeader(reader)),
      finalization: readCertificate(reader),
      statement: readStatement(reader),
    };
  });
}

export function ledgerProofItem(proof: LedgerProof): Item {
  return [
    "busbar/proof/1", proof.handovers.map(handoverItem), proof.headers.map(headerItem),
    certificateItem(proof.finalization), statementItem(proof.statement),
  ];
}

/** L-48: what checking a proof gives, from a trusted set and its epoch on. */
export function checkProof(
  proof: LedgerProof, network: bigint, trustedEpoch: bigint, trusted: ValidatorSet,
): { status: string; epoch: bigint } {
  let [set, epoch] = [trusted, trustedEpoch];
  const answer = (status: string) => ({ status, epoch });
  for (const handover of proof.handovers) {
    const next = handover.header.epoch === epoch ? follow(handover, set, network) : null;
    if (next === null) {
      return answer("HandoverInvalid");
    }
    [set, epoch] = [next, epoch + 1n];
  }
  const [first, last] = [proof.headers[0]!, proof.headers[proof.headers.length - 1]!];
  if (first.network !== network) {
    return answer("WrongNetwork");
  }
  if (first.epoch !== epoch) {
    return answer("EpochUnknown");
  }
  const chained = proof.headers.every((header, i) => {
    const parent = proof.headers[i - 1];
    return header.epoch === epoch && same(header.validators, setDigest(set))
      && (parent === undefined || (same(header.parent, headerDigest(parent)) && header.height === parent.height + 1n));
  });
  if (!chained) {
    return answer("HeadersBroken");
  }
  if (!finalizes(proof.finalization, last, set, network)) {
    return answer("CertificateInvalid");
  }
  return answer(isTrueIn(proof.statement, first) ? "Valid" : "StatementFalse");
}
