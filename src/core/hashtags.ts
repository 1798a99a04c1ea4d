import { wordCharacters } from "./handles.js";

/** Mastodon's separators, which stand inside a hashtag but not at its ends. */
const separators = "\\u00b7\\u30fb\\u200c";
const name = `[${wordCharacters}]+(?:[${separators}]+[${wordCharacters}]+)*`;
const wholeName = new RegExp(`^${name}$`, "u");
const nameMaxLength = 100;
const hashtag = `[#＃](${name})`;
const leadingHashtag = new RegExp(`^${hashtag}`, "u");
/** A link is matched as a whole, so that its fragment is none. */
const linkOrHashtag = new RegExp(`https?://\\S+|(?<![${wordCharacters}/&=#＃])${hashtag}`, "giu");

/** A hashtag as it is compared and stored: NFKC, lower case, without `#`. */
export function foldTag(tag: string): string {
  return tag
    .replace(/^[#＃]/, "")
    .normalize("NFKC")
    .toLowerCase()
    .normalize("NFKC");
}

/**
 * The hashtag that somebody wrote, with or without `#`, folded. `undefined` when there cannot be such
 * a hashtag: some letters fold into spaces and brackets, or into whole sentences.
 */
export function toTag(text: string): string | undefined {
  const tag = foldTag(text.trim());
  return tag.length <= nameMaxLength && wholeName.test(tag) ? tag : undefined;
}

/** The hashtag that a text begins with, as {@link toTag} gives it. */
export function leadingTag(text: string): string | undefined {
  const tag = leadingHashtag.exec(text)?.[1];
  return tag === undefined ? undefined : toTag(tag);
}

/** The hashtags in a plain text, folded; the fragment of a link is none. Linear in its length. */
export function hashtagsIn(text: string): ReadonlySet<string> {
  const tags = new Set<string>();
  for (const [, tag] of text.matchAll(linkOrHashtag)) {
    if (tag !== undefined) tags.add(foldTag(tag));
  }
  return tags;
}
