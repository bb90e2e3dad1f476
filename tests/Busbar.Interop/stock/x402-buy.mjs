// An x402 client as its users write it: buys each URL once, and prints what it got.
// settings: { key, network, asset, urls: [...], atOnce: bool }

import { x402Client, wrapFetchWithPayment, decodePaymentResponseHeader } from "@x402/fetch";
import { ExactEvmScheme } from "@x402/evm";
import { privateKeyToAccount } from "viem/accounts";

const { key, network, asset, urls, atOnce } = JSON.parse(process.argv[2]);
const client = new x402Client().register("eip155:*", new ExactEvmScheme(privateKeyToAccount(key)));
client.setSpendControls({ allowedAssets: [{ network, asset }] });
const pay = wrapFetchWithPayment(fetch, client);

async function buy(url) {
  const response = await pay(url);
  const header = response.headers.get("PAYMENT-RESPONSE");
  const settled = header === null ? null : decodePaymentResponseHeader(header);
  console.log(JSON.stringify({ url, status: response.status, body: await response.text(), settled }));
}

if (atOnce) {
  await Promise.all(urls.map(buy));
} else {
  for (const url of urls) {
    await buy(url);
  }
}
