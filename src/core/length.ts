import { countGraphemes } from "./graphemes.js";
import type { Traits } from "./traits.js";

const countedAsLink = "x".repeat(23);
/** Links as Mastodon finds them; where that is not sure, less is taken for a link, which counts more. */
const link =
  /(?<![A-Za-z0-9@＠$#＃])https?:\/\/(?:[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?\.)+(?:xn--[a-z0-9-]+|\p{L}{2,})(?::\d+)?(?:\/[^\s<>()?]*)?(?:\?[a-z0-9!*';:&=+$/%#[\]_.,~|@^-]*)?/giu;
const notAtLinkEnd = new Set("!*\"'「」<>;:=,.$%[]~&|@");
const handle =
  /(?<![=/\p{L}\p{N}_])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@[\p{L}\p{N}_]+(?:[.-]+[\p{L}\p{N}_]+)*/giu;

/** The length of a text as the group's server counts it. Linear in the text. */
export function measureText(text: string, counting: Traits["counting"]): number {
  if (counting === "code-points") return countCodePoints(text);
  return countGraphemes(text.replace(link, shortenLink).replace(handle, "$1"));
}

function shortenLink(found: string): string {
  let end = found.length;
  while (notAtLinkEnd.has(found.charAt(end - 1))) end -= 1;
  return countedAsLink + found.slice(end);
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
