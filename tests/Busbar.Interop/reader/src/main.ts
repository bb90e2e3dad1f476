// node dist/main.js KIND FILE: checks a file of spec/vectors, and prints a line of JSON for each case.

import { readFileSync } from "node:fs";
import { checkEncoding } from "./checks/encoding.js";
import { checkEthereum } from "./checks/ethereum.js";
import { checkKeys } from "./checks/keys.js";
import { checkLedger } from "./checks/ledger.js";
import { checkProofs } from "./checks/proofs.js";
import { checkRejections } from "./checks/rejections.js";
import { type Check, Report } from "./checks/report.js";
import { checkTicks } from "./checks/ticks.js";
import { checkX402 } from "./checks/x402.js";

const CHECKS: Record<string, Check> = {
  encoding: checkEncoding,
  keys: checkKeys,
  ticks: checkTicks,
  ethereum: checkEthereum,
  ledger: checkLedger,
  proofs: checkProofs,
  rejections: checkRejections,
  x402: checkX402,
};

// A number of JSON may be wider than a JavaScript number is exact: such a one is read as text, which BigInt takes.
function parse(text: string): unknown {
  return JSON.parse(text.replace(/([:[,]\s*)(\d{16,})/g, '$1"$2"'));
}

const [kind, file] = process.argv.slice(2);
const check = CHECKS[kind ?? ""];
if (check === undefined || file === undefined) {
  process.stderr.write(`usage: main.js ${Object.keys(CHECKS).join("|")} FILE\n`);
  process.exitCode = 2;
} else {
  check(parse(readFileSync(file, "utf8")), new Report());
}
