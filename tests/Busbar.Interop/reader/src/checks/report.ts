// How a check tells what it looked at: one line of JSON for each case.

import { type Item, encode, hex, same } from "../encoding.js";

// The vector files are read as they are: a missing field makes the check of its case fail.
export type Vectors = any;

export type Check = (vectors: Vectors, report: Report) => void;

export class Report {
  /** Runs the check of one case and prints its outcome; what it throws is the problem. */
  test(group: string, name: string, check: () => void): void {
    let problem: string | null = null;
    try {
      check();
    } catch (error) {
      problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
    process.stdout.write(JSON.stringify({ group, name, problem }) + "\n");
  }
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  if (actual !== expected) {
    throw new Error(`${what}: ${String(actual)} is not ${String(expected)}`);
  }
}

export function equalBytes(actual: Uint8Array, expected: string, what: string): void {
  equal(hex(actual), expected, what);
}

export function truth(condition: boolean, what: string): void {
  if (!condition) {
    throw new Error(`not so: ${what}`);
  }
}

/** E-1: what was read is written as the same bytes again. */
export function reencodes(item: Item, bytes: Uint8Array): void {
  truth(same(encode(item), bytes), "encoding it again gives the same bytes");
}
