// Pays once with the stock client and sends the same signed request again, as a cheat would.
// settings: { key, network, asset, url, times }

import { x402Client, wrapFetchWithPayment } from "@x402/fetch";
import { ExactEvmScheme } from "@x402/evm";
import { privateKeyToAccount } from "viem/accounts";

const { key, network, asset, url, times } = JSON.parse(process.argv[2]);
const client = new x402Client().register("eip155:*", new ExactEvmScheme(privateKeyToAccount(key)));
client.setSpendControls({ allowedAssets: [{ network, asset }] });
let signed;
const pay = wrapFetchWithPayment((input, init) => {
  const request = new Request(input, init);
  signed = request.headers.get("PAYMENT-SIGNATURE") ?? signed;
  return fetch(request);
}, client);

const first = await pay(url);
console.log(JSON.stringify({ status: first.status, body: await first.text() }));
for (let i = 0; i < times; i++) {
  const again = await fetch(url, { headers: { "PAYMENT-SIGNATURE": signed } });
  console.log(JSON.stringify({ status: again.status, body: await again.text() }));
}
