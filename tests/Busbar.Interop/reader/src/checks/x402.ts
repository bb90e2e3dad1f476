// x402.json: L-191 to L-196, made by x402's own library; and the signatures of operations 71 to 73 in ledger.json.

import { type Item, Reader, same, unhex } from "../encoding.js";
import { domainOf } from "../ethereum.js";
import { recover } from "../keys.js";
import { type Receipt } from "../receipts.js";
import { keyOf } from "../state.js";
import {
  type Config, CONFIG_ITEMS, type X402Claim, channelId, claimsDigest, configOf, depositDigest, depositNonce,
  readConfigItems, refundDigest, voucherDigest, voucherSigner,
} from "../x402.js";
import { type Check, type Vectors, equalBytes, truth } from "./report.js";

const X402_CHANNEL = 0x20;
const OWN_ITEMS = 4;

export const checkX402: Check = (vectors, report) => {
  const network = BigInt(vectors.network);
  const configs: Config[] = vectors.channels.map((channel: Vectors) => configBy(channel.config));
  vectors.channels.forEach(({ id, voucher, deposit, refund }: Vectors, at: number) =>
    report.test("channels", `channel ${at}`, () => {
      const config = configs[at]!;
      const channel = channelId(network, config);
      equalBytes(channel, id, "the id");
      const maximum = BigInt(voucher.maxClaimableAmount);
      isSignedBy(voucherSigner(config), voucherDigest(network, channel, maximum), voucher.signature, "the voucher");
      const refunded = refundDigest(network, channel, BigInt(refund.nonce), BigInt(refund.amount));
      isSignedBy(config.receiverAuthorizer, refunded, refund.signature, "the refund");
      const salt = unhex(deposit.salt);
      equalBytes(depositNonce(channel, salt), deposit.nonce, "the nonce of the deposit");
      const deposited = depositDigest(
        network, config, BigInt(deposit.amount), domainOf(vectors.name, vectors.version, network, config.asset),
        BigInt(deposit.validAfter), BigInt(deposit.validBefore), salt,
      );
      isSignedBy(config.payer, deposited, deposit.signature, "the deposit");
    }));
  report.test("claims", "two claims", () => {
    const claims = vectors.channels.map((channel: Vectors, at: number): X402Claim => ({
      channel: unhex(channel.id), maximum: BigInt(channel.voucher.maxClaimableAmount),
      total: BigInt(vectors.claims.totals[at]),
    }));
    const digest = claimsDigest(network, claims);
    isSignedBy(configs[0]!.receiverAuthorizer, digest, vectors.claims.signature, "the claims");
  });
};

/** The signatures of what executed are of whom the configurations of the channels name. */
export function checkX402Operations(
  operations: readonly (readonly Item[])[], receipt: Receipt, find: (key: Uint8Array) => Uint8Array | undefined,
  network: bigint,
): void {
  const configFor = (channel: Uint8Array) => {
    const value = find(keyOf(X402_CHANNEL, channel));
    truth(value !== undefined, "the channel stands in the state");
    const reader = new Reader(value!);
    reader.array(CONFIG_ITEMS + OWN_ITEMS);
    const config = readConfigItems(reader);
    equalBytes(channelId(network, config), "0x" + Buffer.from(channel).toString("hex"), "the channel's id");
    return config;
  };
  operations.forEach((operation, index) => {
    const config = configOf(operation);
    if (config !== null) {
      truth(find(keyOf(X402_CHANNEL, channelId(network, config))) !== undefined, "the deposit stands in the state");
    }
    switch (operation[0]) {
      case 71n: {
        const [, , amount, domain, after, before, salt, signature] = operation as [
          bigint, Item, bigint, Uint8Array, bigint, bigint, Uint8Array, Uint8Array,
        ];
        const digest = depositDigest(network, config!, amount, domain, after, before, salt);
        isSignedBy(config!.payer, digest, signature, "the deposit");
        break;
      }
      case 72n:
        checkClaims(operation, receipt.claims.filter((claim) => claim.operation === index), configFor, network);
        break;
      case 73n: {
        const [, channel, amount, authorization] = operation as [bigint, Uint8Array, bigint, [bigint, Uint8Array]];
        if (authorization !== null) {
          const digest = refundDigest(network, channel, authorization[0], amount);
          isSignedBy(configFor(channel).receiverAuthorizer, digest, authorization[1], "the refund");
        }
      }
    }
  });
}

function checkClaims(
  operation: readonly Item[], outcomes: Receipt["claims"], configFor: (channel: Uint8Array) => Config, network: bigint,
): void {
  const [, items, batch] = operation as [bigint, [Uint8Array, bigint, bigint, Uint8Array][], Uint8Array | null];
  const claims = items.map(([channel, maximum, total]): X402Claim => ({ channel, maximum, total }));
  for (const { entry, paid } of outcomes) {
    if (paid === 0n) {
      continue;
    }
    const [channel, maximum, total, signature] = items[entry]!;
    const config = configFor(channel);
    truth(total <= maximum, "no more is claimed than was promised");
    isSignedBy(voucherSigner(config), voucherDigest(network, channel, maximum), signature, "the voucher");
    if (batch !== null) {
      isSignedBy(config.receiverAuthorizer, claimsDigest(network, claims), batch, "the claims");
    }
  }
}

function isSignedBy(signer: Uint8Array, digest: Uint8Array, signature: string | Uint8Array, what: string): void {
  const actual = recover(digest, typeof signature === "string" ? unhex(signature) : signature);
  truth(actual !== null && same(actual, signer), `${what} is signed by whom the channel names`);
}

function configBy(vector: Vectors): Config {
  return {
    payer: unhex(vector.payer), payerAuthorizer: unhex(vector.payerAuthorizer), receiver: unhex(vector.receiver),
    receiverAuthorizer: unhex(vector.receiverAuthorizer), asset: unhex(vector.token),
    delaySeconds: BigInt(vector.withdrawDelay), salt: unhex(vector.salt),
  };
}
