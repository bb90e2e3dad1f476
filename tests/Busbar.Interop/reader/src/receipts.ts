// spec/ledger.md, L-44: receipts.

import { MAX_U64, type Item, Reader } from "./encoding.js";
import { MAX_CLAIMS, MAX_OPERATIONS } from "./operations.js";

/** L-44. */
export interface Receipt {
  readonly account: Uint8Array;
  readonly signer: Uint8Array;
  readonly intentId: Uint8Array;
  readonly signingHash: Uint8Array;
  readonly status: number;
  readonly failedOperation: number | null;
  readonly feePayer: Uint8Array;
  readonly feeAsset: Uint8Array;
  readonly fee: bigint;
  readonly claims: readonly ClaimOutcome[];
}

export interface ClaimOutcome {
  readonly operation: number;
  readonly entry: number;
  readonly channel: Uint8Array;
  readonly status: number;
  readonly paid: bigint;
}

export function readReceipt(reader: Reader): Receipt {
  reader.array(11);
  reader.tag("busbar/receipt/1");
  return {
    account: reader.fixed(20),
    signer: reader.fixed(20),
    intentId: reader.fixed(16),
    signingHash: reader.fixed(32),
    status: Number(reader.number(MAX_U64)),
    failedOperation: reader.optional(() => reader.small(MAX_OPERATIONS - 1)),
    feePayer: reader.fixed(20),
    feeAsset: reader.fixed(20),
    fee: reader.amount(),
    claims: reader.list(0, MAX_CLAIMS, () => {
      reader.array(5);
      return {
        operation: reader.small(MAX_OPERATIONS - 1),
        entry: reader.small(MAX_CLAIMS - 1),
        channel: reader.fixed(32),
        status: reader.small(255),
        paid: reader.amount(),
      };
    }),
  };
}

export function receiptItem(receipt: Receipt): Item {
  return [
    "busbar/receipt/1", receipt.account, receipt.signer, receipt.intentId, receipt.signingHash, receipt.status,
    receipt.failedOperation, receipt.feePayer, receipt.feeAsset, receipt.fee,
    receipt.claims.map((claim) => [claim.operation, claim.entry, claim.channel, claim.status, claim.paid]),
  ];
}
