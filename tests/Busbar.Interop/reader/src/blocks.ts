// spec/ledger.md, L-50 to L-55, L-60, L-70, L-71, L-81: a genesis and its state; spec/api.md, N-3: blocks as stored.

import {
  type Certificate, type Header, certificateItem, headerItem, readCertificate, readHeader,
} from "./consensus.js";
import { DecodeError, type Item, MAX_TRANSACTION_BYTES, Reader, encode, hex } from "./encoding.js";
import { type PublicKey, readKey } from "./keys.js";
import { type Receipt, readReceipt, receiptItem } from "./receipts.js";
import { keyOf } from "./state.js";

const MAX_ASSETS = 1_024;
const MAX_BALANCES = 1 << 20;
const MAX_BLOCK_TRANSACTIONS = 1 << 20;

export interface StoredBlock {
  readonly header: Header;
  readonly finalization: Certificate | null;
  readonly transactions: readonly Uint8Array[];
  readonly receipts: readonly Receipt[];
}

/** N-3. */
export function readBlock(reader: Reader): StoredBlock {
  reader.array(5);
  version(reader);
  return {
    header: readHeader(reader),
    finalization: reader.optional(() => readCertificate(reader)),
    transactions: reader.list(0, MAX_BLOCK_TRANSACTIONS, () => reader.bytesOf(0, MAX_TRANSACTION_BYTES)),
    receipts: reader.list(0, MAX_BLOCK_TRANSACTIONS, () => readReceipt(reader)),
  };
}

export function blockItem(block: StoredBlock): Item {
  return [
    1, headerItem(block.header), block.finalization === null ? null : certificateItem(block.finalization),
    block.transactions, block.receipts.map(receiptItem),
  ];
}

function version(reader: Reader): void {
  if (reader.number() !== 1n) {
    throw new DecodeError("UnsupportedVersion");
  }
}

interface GenesisAsset {
  readonly address: Uint8Array;
  readonly name: string;
  readonly symbol: string;
  readonly version: string;
  readonly decimals: number;
}

interface GenesisBalance {
  readonly account: Uint8Array;
  readonly asset: Uint8Array;
  readonly amount: bigint;
}

/** L-70. */
export interface Genesis {
  readonly network: bigint;
  readonly timeMs: bigint;
  readonly assets: readonly GenesisAsset[];
  readonly balances: readonly GenesisBalance[];
  readonly prices: readonly (readonly [bigint, bigint])[];
  readonly feeAssets: readonly (readonly [Uint8Array, bigint, bigint])[];
  readonly parameters: readonly bigint[];
  readonly validators: readonly PublicKey[];
}

export function readGenesis(reader: Reader): Genesis {
  reader.array(9);
  reader.tag("busbar/genesis/1");
  version(reader);
  const network = reader.number();
  const timeMs = reader.time();
  const assets = reader.list(0, MAX_ASSETS, () => {
    reader.array(5);
    return {
      address: reader.fixed(20), name: reader.text(1, 64), symbol: reader.text(1, 16), version: reader.text(1, 16),
      decimals: reader.small(18),
    };
  });
  const balances = reader.list(0, MAX_BALANCES, () => {
    reader.array(3);
    return { account: reader.fixed(20), asset: reader.fixed(20), amount: reader.amount() };
  });
  reader.array(2);
  const prices = reader.list(0, 255, () => {
    reader.array(2);
    return [reader.number(255n), reader.number()] as const;
  });
  const feeAssets = reader.list(1, 16, () => {
    reader.array(3);
    return [reader.fixed(20), reader.number(), reader.number()] as const;
  });
  reader.array(5);
  const parameters = Array.from({ length: 5 }, () => reader.number(1n << 40n));
  const validators = reader.list(1, 200, () => {
    reader.array(2);
    return readKey(reader);
  });
  strictlyRising(assets.map((asset) => hex(asset.address)));
  strictlyRising(balances.map((balance) => hex(balance.account) + hex(balance.asset)));
  return { network, timeMs, assets, balances, prices, feeAssets, parameters, validators };
}

function strictlyRising(keys: readonly string[]): void {
  if (!keys.every((key, i) => i === 0 || keys[i - 1]! < key)) {
    throw new DecodeError("OutOfRange", "not in strictly rising order");
  }
}

export function genesisItem(genesis: Genesis): Item {
  return [
    "busbar/genesis/1", 1, genesis.network, genesis.timeMs,
    genesis.assets.map((asset) => [asset.address, asset.name, asset.symbol, asset.version, asset.decimals]),
    genesis.balances.map((balance) => [balance.account, balance.asset, balance.amount]),
    [genesis.prices, genesis.feeAssets], genesis.parameters,
    genesis.validators.map((key) => [key.kind, key.bytes]),
  ];
}

/** L-50 to L-55, L-70, L-81: every object of the state that a genesis gives, by its key in hexadecimal. */
export function stateOf(genesis: Genesis): Map<string, { key: Uint8Array; value: Uint8Array }> {
  const entries = new Map<string, { key: Uint8Array; value: Uint8Array }>();
  const put = (key: Uint8Array, value: Item) => entries.set(hex(key), { key, value: encode(value) });
  for (const { account, asset, amount } of genesis.balances) {
    put(keyOf(0x01, account), [0]);
    put(keyOf(0x02, account, asset), amount);
  }
  for (const asset of genesis.assets) {
    const supply = genesis.balances
      .filter((balance) => hex(balance.asset) === hex(asset.address))
      .reduce((sum, balance) => sum + balance.amount, 0n);
    put(keyOf(0x03, asset.address), [asset.name, asset.symbol, asset.version, asset.decimals, supply, null, 0]);
  }
  put(keyOf(0x05), [0, 1, genesis.validators.map((key) => key.bytes), 1, null, [], []]);
  return entries;
}
