// ethereum.json: L-160 to L-188, made by another library.

import { hex, unhex } from "../encoding.js";
import { domainOf, isWalletsOwn, operationOf, readRaw, walletDigest } from "../ethereum.js";
import { addressText, keccak, recover } from "../keys.js";
import { type Check, type Vectors, equal, truth } from "./report.js";

const CODES: Record<string, bigint> = {
  transfer: 1n,
  transferWithAuthorization: 50n,
  receiveWithAuthorization: 51n,
  cancelAuthorization: 52n,
  approve: 60n,
  transferFrom: 61n,
  permit: 62n,
};

export const checkEthereum: Check = (vectors, report) => {
  const { network, name, version, asset } = vectors.domain;
  const domain = domainOf(name, version, BigInt(network), unhex(asset));
  for (const [type, signature] of Object.entries(vectors.signatures)) {
    report.test("signatures", type, () => {
      const digest = walletDigest(operationBy(type, vectors, domain, unhex(signature as string)));
      equal(signerText(digest!, unhex(signature as string)), vectors.address, "the signer");
    });
  }
  for (const { name: call, input } of vectors.calls) {
    report.test("calls", call, () => {
      const signed = CODES[call]! >= 50n && CODES[call] !== 60n && CODES[call] !== 61n;
      const permitNonce = call === "permit" ? BigInt(vectors.message.permitNonce) : 0n;
      const raw = {
        network: BigInt(network), nonce: 0n, price: 0n, gas: 0n, to: unhex(asset), value: 0n, input: unhex(input),
        signer: null,
      };
      const derived = operationOf(raw, unhex(asset), 9, signed ? { domain, permitNonce } : null);
      truth("operation" in derived, JSON.stringify(derived, (_, value) => String(value)));
      const operation = (derived as { operation: readonly never[] }).operation;
      equal(operation[0], CODES[call], "the operation");
      truth(!signed || isWalletsOwn(operation), "the call carries its wallet's signature");
      truth(!signed || addressText(operation[3]!) === vectors.address, "of the wallet");
    });
  }
  vectors.transactions.forEach((encoding: string, type: number) =>
    report.test("transactions", `type ${type}`, () => {
      const raw = readRaw(unhex(encoding));
      equal(raw.network, BigInt(network), "the network");
      equal(addressText(raw.signer!), vectors.address, "the signer");
      truth(type !== 0 || hex(keccak(unhex(encoding))) === vectors.hashOfFirst, "the hash of the first");
    }));
};

function signerText(digest: Uint8Array, signature: Uint8Array): string {
  const signer = recover(digest, signature);
  return signer === null ? "nobody" : addressText(signer);
}

function operationBy(type: string, vectors: Vectors, domain: Uint8Array, signature: Uint8Array) {
  const { to, spender, value, validAfter, validBefore, nonce, permitValue, permitNonce, deadline } = vectors.message;
  const [asset, from] = [unhex(vectors.domain.asset), unhex(vectors.address)];
  switch (type) {
    case "permit":
      return [
        62n, asset, domain, from, unhex(spender), unhex(permitValue), BigInt(permitNonce), unhex(deadline), signature,
      ];
    case "cancelAuthorization":
      return [52n, asset, domain, from, unhex(nonce), signature];
    default:
      return [
        CODES[type]!, asset, domain, from, unhex(to), BigInt(value), BigInt(validAfter), BigInt(validBefore),
        unhex(nonce), signature,
      ];
  }
}
