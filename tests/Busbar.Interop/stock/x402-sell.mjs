// An x402 server as its users write it, with a facilitator: prints where it listens.
// settings: { facilitator, network, asset, name, version, amount, payTo }

import express from "express";
import { paymentMiddleware, x402ResourceServer } from "@x402/express";
import { ExactEvmScheme } from "@x402/evm/exact/server";
import { HTTPFacilitatorClient } from "@x402/core/server";

const { facilitator, network, asset, name, version, amount, payTo } = JSON.parse(process.argv[2]);
const server = new x402ResourceServer(new HTTPFacilitatorClient({ url: facilitator }))
  .register(network, new ExactEvmScheme());
const app = express();
app.use(paymentMiddleware({
  "GET /reading/*": {
    accepts: { scheme: "exact", network, payTo, price: { amount, asset, extra: { name, version } } },
    description: "a reading",
  },
}, server));
let runs = 0;
app.get("/reading/:id", (request, response) => response.send(`reading ${request.params.id} run ${++runs}`));
const listening = app.listen(0, "127.0.0.1", () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${listening.address().port}` })));
