// spec/ledger.md, L-190 to L-198: what is signed about an x402 channel.

import { type Item, Reader, ascii, bigEndian, concat, unhex } from "./encoding.js";
import { AUTHORIZATION_FIELDS, domainOf, typedDigest } from "./ethereum.js";
import { keccak } from "./keys.js";

const CONTRACT = unhex("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003");
const COLLECTOR = unhex("0x4020806089470a89826cB9fB1f4059150b550004");
const MAX_DELAY_SECONDS = (1n << 40n) - 1n;
const ENTRY = "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)";

/** L-191. */
export interface Config {
  readonly payer: Uint8Array;
  readonly payerAuthorizer: Uint8Array;
  readonly receiver: Uint8Array;
  readonly receiverAuthorizer: Uint8Array;
  readonly asset: Uint8Array;
  readonly delaySeconds: bigint;
  readonly salt: Uint8Array;
}

export const CONFIG_ITEMS = 7;

export function readConfig(reader: Reader): Config {
  reader.array(CONFIG_ITEMS);
  return readConfigItems(reader);
}

export function readConfigItems(reader: Reader): Config {
  return {
    payer: reader.fixed(20), payerAuthorizer: reader.fixed(20), receiver: reader.fixed(20),
    receiverAuthorizer: reader.fixed(20), asset: reader.fixed(20), delaySeconds: reader.number(MAX_DELAY_SECONDS),
    salt: reader.fixed(32),
  };
}

/** The configuration that a deposit names; null for another operation. */
export function configOf(operation: readonly Item[]): Config | null {
  const [code, item] = operation;
  if (code !== 70n && code !== 71n) {
    return null;
  }
  const [payer, payerAuthorizer, receiver, receiverAuthorizer, asset, delaySeconds, salt] = item as [
    Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, bigint, Uint8Array,
  ];
  return { payer, payerAuthorizer, receiver, receiverAuthorizer, asset, delaySeconds, salt };
}

export function configItem(config: Config): Item {
  const { payer, payerAuthorizer, receiver, receiverAuthorizer, asset, delaySeconds, salt } = config;
  return [payer, payerAuthorizer, receiver, receiverAuthorizer, asset, delaySeconds, salt];
}

/** Who signs the vouchers: the payer's authorizer, or the payer where it has none. */
export function voucherSigner(config: Config): Uint8Array {
  return config.payerAuthorizer.every((byte) => byte === 0) ? config.payer : config.payerAuthorizer;
}

function domain(network: bigint): Uint8Array {
  return domainOf("x402 Batch Settlement", "1", network, CONTRACT);
}

export function channelId(network: bigint, config: Config): Uint8Array {
  const type = "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,"
    + "address token,uint40 withdrawDelay,bytes32 salt)";
  const { payer, payerAuthorizer, receiver, receiverAuthorizer, asset, delaySeconds, salt } = config;
  return typedDigest(
    domain(network), type, payer, payerAuthorizer, receiver, receiverAuthorizer, asset, bigEndian(delaySeconds, 32),
    salt,
  );
}

export function voucherDigest(network: bigint, channel: Uint8Array, maximum: bigint): Uint8Array {
  const type = "Voucher(bytes32 channelId,uint128 maxClaimableAmount)";
  return typedDigest(domain(network), type, channel, bigEndian(maximum, 32));
}

export function refundDigest(network: bigint, channel: Uint8Array, nonce: bigint, amount: bigint): Uint8Array {
  const type = "Refund(bytes32 channelId,uint256 nonce,uint128 amount)";
  return typedDigest(domain(network), type, channel, bigEndian(nonce, 32), bigEndian(amount, 32));
}

export interface X402Claim {
  readonly channel: Uint8Array;
  readonly maximum: bigint;
  readonly total: bigint;
}

export function claimsDigest(network: bigint, claims: readonly X402Claim[]): Uint8Array {
  const entries = claims.map(({ channel, maximum, total }) =>
    keccak(keccak(ascii(ENTRY)), channel, bigEndian(maximum, 32), bigEndian(total, 32)));
  return typedDigest(domain(network), "ClaimBatch(ClaimEntry[] claims)" + ENTRY, keccak(concat(...entries)));
}

/** L-193: the nonce that binds a deposit's authorization to the channel. */
export function depositNonce(channel: Uint8Array, salt: Uint8Array): Uint8Array {
  return keccak(channel, salt);
}

export function depositDigest(
  network: bigint, config: Config, amount: bigint, assetDomain: Uint8Array, after: bigint, before: bigint,
  salt: Uint8Array,
): Uint8Array {
  return typedDigest(
    assetDomain, "ReceiveWithAuthorization" + AUTHORIZATION_FIELDS, config.payer, COLLECTOR, bigEndian(amount, 32),
    bigEndian(after, 32), bigEndian(before, 32), depositNonce(channelId(network, config), salt),
  );
}
