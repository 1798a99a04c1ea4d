import type { PageAddress } from "./profile-url.js";
import type { WhoIsLinked } from "./who-is-linked.js";

/** A link in a text, and what stands beside it on its line. */
export interface Link {
  /** What it shows, without white space around it. */
  readonly content: string;
  readonly page: PageAddress | undefined;
  readonly before: string;
  readonly after: string;
}

const slash = /[/\\]/;
/** Of the last three units: one letter may take two of them. */
const loneAt = /(?<![\p{L}\p{N}_@])@$/u;

/** What is read in place of a link: the name of whom it stands for, or what it shows. */
export function readLink({ content, page, before, after }: Link, whoIsLinked: WhoIsLinked): string {
  if (page === undefined) return shown(content);
  // Friendica writes the @ in front of the link.
  const isAtBefore = before.endsWith("@") && loneAt.test(before.slice(-3));
  const text = isAtBefore ? `@${content.trim()}` : content.trim();
  const acct = whoIsLinked(text, page);
  return acct === undefined ? shown(content) : writtenOut(acct, before, after);
}

/** Nothing in what is quoted is a command. */
export function quoted(content: string): string {
  return content.replace(/[/\\]/g, "\u2060$&");
}

/**
 * What a link shows is the name of a page, which often others gave it: nothing in there is a command.
 * Only slashes where one could begin, so that an address stays one.
 */
function shown(content: string): string {
  return slash.test(content) ? content.replace(/(?<=^|[\s>])[/\\]/g, "\u2060$&") : content;
}

function writtenOut(acct: string, before: string, after: string): string {
  const at = before.endsWith("@") ? "" : "@";
  // Languages without spaces go on right after the name, which must not become part of the host.
  const isGoingOn = /^(?:[\p{L}\p{N}\p{M}\p{Cf}_@-]|\.[\p{L}\p{N}])/u.test(after);
  return `${at}${acct}${isGoingOn ? " " : ""}`;
}
