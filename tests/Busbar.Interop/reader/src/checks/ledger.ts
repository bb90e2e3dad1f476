// ledger.json: a chain from genesis on; every id, hash, root and certificate in it.

import { blockItem, genesisItem, readBlock, readGenesis, stateOf } from "../blocks.js";
import { type ValidatorSet, equalSet, finalizes, headerDigest, setDigest } from "../consensus.js";
import { type Item, Reader, digest, encode, hex, same, unhex } from "../encoding.js";
import { addressText } from "../keys.js";
import { type Receipt, receiptItem } from "../receipts.js";
import { itemHash, listRoot, pathOf, stateRoot } from "../state.js";
import {
  type Envelope, encodeEnvelope, intentKey, objectId, readEnvelope, verifyEnvelope,
} from "../transactions.js";
import { channelId, configOf } from "../x402.js";
import { type Check, type Vectors, equal, equalBytes, reencodes, truth } from "./report.js";
import { checkX402Operations } from "./x402.js";

const GOVERNANCE_KEY = "0x05";

type Entries = Map<string, { key: Uint8Array; value: Uint8Array }>;

export const checkLedger: Check = (vectors, report) => {
  const network = BigInt(vectors.network);
  const entries: Entries = new Map();
  report.test("genesis", "genesis", () => checkGenesis(vectors.genesis, entries));
  let parent = vectors.genesis.digest;
  for (const block of vectors.blocks) {
    report.test("blocks", block.name, () => checkBlock(block, parent, entries, network));
    parent = block.digest;
    block.transactions.forEach((transaction: Vectors, at: number) => {
      const check = () => checkTransaction(transaction, at, block, entries, network);
      report.test("transactions", `${block.name}, ${at}`, check);
    });
  }
};

function checkGenesis(vector: Vectors, entries: Entries): void {
  const genesis = Reader.whole(unhex(vector.encoding), readGenesis);
  reencodes(genesisItem(genesis), unhex(vector.encoding));
  equalBytes(digest(unhex(vector.encoding)), vector.digest, "the digest");
  apply(vector.entries, entries);
  const derived = stateOf(genesis);
  equal(derived.size, entries.size, "the count of entries");
  for (const [key, { value }] of derived) {
    equal(hex(value), hex(entries.get(key)?.value ?? new Uint8Array()), `the entry ${key}`);
  }
  equalBytes(stateRoot(entries), vector.stateRoot, "the state root");
}

function apply(changes: Vectors, entries: Entries): void {
  for (const { key, path, value } of changes) {
    equalBytes(pathOf(unhex(key)), path, "the path");
    if (value === null) {
      truth(entries.delete(key), "what is gone was there");
    } else {
      truth(hex(entries.get(key)?.value ?? new Uint8Array()) !== value, "what is said to change does");
      entries.set(key, { key: unhex(key), value: unhex(value) });
    }
  }
}

// The set that votes on the next block stands in the governance (L-81).
function validatorsOf(entries: Entries): ValidatorSet {
  const keys = Reader.whole(entries.get(GOVERNANCE_KEY)!.value, (reader) => {
    reader.array(7);
    reader.number();
    reader.number();
    const listed = reader.list(1, 200, () => reader.fixed(32));
    reader.number();
    const pair = () => reader.list(2, 2, () => reader.number());
    reader.optional(pair);
    reader.list(0, 255, pair);
    reader.list(0, 255, () => reader.list(3, 3, () => reader.number()));
    return listed;
  });
  return equalSet(keys);
}

function checkBlock(vector: Vectors, parent: string, entries: Entries, network: bigint): void {
  const block = Reader.whole(unhex(vector.encoding), readBlock);
  const { header } = block;
  reencodes(blockItem(block), unhex(vector.encoding));
  equalBytes(headerDigest(header), vector.digest, "the digest");
  equalBytes(header.parent, parent, "the parent");
  equalBytes(stateRoot(entries), vector.preStateRoot, "the state root before");
  const voters = validatorsOf(entries);
  truth(same(setDigest(voters), header.validators), "the header names the set of the state before");
  truth(finalizes(block.finalization!, header, voters, network), "the set finalized the block");
  apply(vector.changes, entries);
  equalBytes(stateRoot(entries), vector.postStateRoot, "the state root after");
  equalBytes(header.stateRoot, vector.postStateRoot, "the header's state root");
  truth(same(setDigest(validatorsOf(entries)), header.nextValidators), "the header names the set of the state after");
  equalBytes(listRoot(block.transactions), vector.transactionsRoot, "the transactions root");
  equalBytes(header.transactionsRoot, vector.transactionsRoot, "the header's transactions root");
  const receipts = block.receipts.map((receipt) => encode(receiptItem(receipt)));
  equalBytes(listRoot(receipts), vector.receiptsRoot, "the receipts root");
  equalBytes(header.receiptsRoot, vector.receiptsRoot, "the header's receipts root");
  equal(block.transactions.length, vector.transactions.length, "the count of transactions");
  equal(block.receipts.length, vector.transactions.length, "the count of receipts");
}

function checkTransaction(
  vector: Vectors, at: number, blockVector: Vectors, entries: Entries, network: bigint,
): void {
  const block = Reader.whole(unhex(blockVector.encoding), readBlock);
  const envelope = readEnvelope(unhex(vector.encoding));
  const { content } = envelope;
  equalBytes(block.transactions[at]!, vector.encoding, "the transaction in the block");
  equalBytes(encodeEnvelope(envelope), vector.encoding, "encoding it again");
  equal(verifyEnvelope(envelope, network), "Verified", "L-3");
  equalBytes(envelope.signingHash, vector.signingHash, "the signing hash");
  equal(addressText(content.account), vector.account, "the account");
  equalBytes(content.intentId, vector.intentId, "the intent id");
  equal(content.operations.length, vector.operations.length, "the count of operations");
  vector.operations.forEach(({ code, makes }: Vectors, i: number) => {
    equal(content.operations[i]![0], BigInt(code), "the operation");
    truth(makes === null || hex(idMadeBy(envelope, i, network)) === makes, "the id of what it makes");
  });
  const receipt = checkReceipt(vector.receipt, at, block.receipts[at]!);
  truth(same(receipt.signingHash, envelope.signingHash), "the receipt's signing hash");
  truth(same(receipt.account, content.account), "the receipt's account");
  equalBytes(receipt.feePayer, hex(content.feePayer ?? content.account), "the fee payer");
  truth(receipt.fee <= content.maxFee, "the fee is at most maxFee");
  checkRecord(vector, envelope.kind, receipt, at, blockVector, block.header.height);
  if (receipt.status === 1) {
    checkX402Operations(content.operations, receipt, (key) => entries.get(hex(key))?.value, network);
  }
}

function idMadeBy(envelope: Envelope, index: number, network: bigint): Uint8Array {
  const config = configOf(envelope.content.operations[index]!);
  return config === null ? objectId(envelope.content, index) : channelId(network, config);
}

function checkReceipt(vector: Vectors, at: number, receipt: Receipt): Receipt {
  reencodes(receiptItem(receipt), unhex(vector.encoding));
  equalBytes(itemHash(unhex(vector.encoding)), vector.hash, "the receipt's hash");
  equal(receipt.status, vector.statusNumber, `the status of ${at}`);
  equal(receipt.status === 1, vector.status === "Ok", "whether it succeeded");
  equal(receipt.failedOperation, vector.failedOperation, "the operation that failed");
  equal(receipt.fee.toString(), vector.fee, "the fee");
  equal(addressText(receipt.feePayer), vector.feePayer, "the fee payer");
  equal(receipt.claims.length, vector.claims.length, "the count of claims");
  receipt.claims.forEach((claim, i) => {
    equal(claim.status, vector.claims[i].statusNumber, "the claim's status");
    equal(claim.paid.toString(), vector.claims[i].paid, "what the claim paid");
  });
  return receipt;
}

// L-11, L-54: the record of the intent; an Ethereum transaction has none (L-186).
function checkRecord(
  vector: Vectors, kind: string, receipt: Receipt, at: number, block: Vectors, height: bigint,
): void {
  const key = hex(intentKey(receipt.account, receipt.signer, receipt.intentId));
  equal(vector.intentKey, kind === "ethereum" ? null : key, "the intent's key");
  const change = block.changes.find((one: Vectors) => one.key === key);
  if (kind === "ethereum") {
    equal(change, undefined, "an intent record");
    return;
  }
  const record: Item = [receipt.signingHash, receipt.status, height, at];
  equal(change?.value, hex(encode(record)), "the intent record");
}
