// An MPP client as its users write it: buys each URL once, and prints what it got.
// settings: { key, chainId, asset, name, version, decimals, urls: [...] }

import { Mppx, evm } from "mppx/client";
import { Receipt } from "mppx";
import { privateKeyToAccount } from "viem/accounts";

const { key, chainId, asset, name, version, decimals, urls } = JSON.parse(process.argv[2]);
const mppx = Mppx.create({
  polyfill: false,
  methods: [evm({
    account: privateKeyToAccount(key), networks: [chainId], currencies: [asset], authorization: { name, version },
    decimals,
  })],
});
for (const url of urls) {
  const response = await mppx.fetch(url);
  const header = response.headers.get("Payment-Receipt");
  const receipt = header === null ? null : Receipt.deserialize(header);
  console.log(JSON.stringify({ url, status: response.status, body: await response.text(), receipt }));
}
