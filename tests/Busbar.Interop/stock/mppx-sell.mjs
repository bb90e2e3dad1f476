// An MPP server as its users write it, whose evm charges an x402 facilitator settles: prints where it listens.
// settings: { facilitator, chainId, asset, name, version, decimals, amount, payTo }

import http from "node:http";
import { Mppx, Request as MppxRequest, evm } from "mppx/server";

const { facilitator, chainId, asset, name, version, decimals, amount, payTo } = JSON.parse(process.argv[2]);
const mppx = Mppx.create({
  realm: "busbar.test",
  secretKey: "0123456789abcdef0123456789abcdef",
  methods: [evm({
    currency: asset, recipient: payTo, chainId, decimals, authorization: { name, version }, x402: { facilitator },
  })],
});
let runs = 0;
const handler = async (request) => {
  const sale = await mppx.charge({ amount })(request);
  return sale.status === 402 ? sale.challenge : sale.withReceipt(new Response(`run ${++runs}`));
};
const listening = http.createServer(MppxRequest.toNodeListener(handler)).listen(0, "127.0.0.1", () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${listening.address().port}` })));
