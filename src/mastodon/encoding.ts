import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

const inflaters = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;
/** One is usual; each of them may make much of little. */
const maxCodings = 3;

/** What an answer decodes to. */
export type Decoded =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "too-long" }
  | { readonly kind: "broken"; readonly problem: string };

/** Undoes what a `Content-Encoding` names; never holds more than `maxBytes` of what comes out. */
export async function decode(
  encoded: Uint8Array<ArrayBuffer>,
  contentEncoding: string,
  maxBytes: number,
): Promise<Decoded> {
  const codings = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  let bytes = encoded;
  // Named in the order in which they were applied.
  for (const coding of codings.slice(0, maxCodings + 1).reverse()) {
    // As with an answer to HEAD, or 204.
    if (bytes.length === 0) break;
    if (!isKnown(coding) || codings.length > maxCodings) {
      return { kind: "broken", problem: "the answer is encoded in a way that was not asked for" };
    }
    try {
      bytes = new Uint8Array(await inflaters[coding](bytes, { maxOutputLength: maxBytes }));
    } catch (error) {
      if (error instanceof RangeError) return { kind: "too-long" };
      return { kind: "broken", problem: `the answer is no sound ${coding}` };
    }
  }
  return { kind: "bytes", bytes };
}

function isKnown(coding: string): coding is keyof typeof inflaters {
  return Object.hasOwn(inflaters, coding);
}
