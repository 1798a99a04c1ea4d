/** Letters, digits and marks in any script, and `_`: what words, names and hashtags are made of. */
export const wordCharacters = "\\p{L}\\p{N}\\p{M}_";

const name = `[${wordCharacters}]+(?:[.-]+[${wordCharacters}]+)*`;
const handlePattern = new RegExp(`(?<![${wordCharacters}@/=])@${name}(?:@${name})?`, "gu");
/**
 * What makes a find a part of something longer: one more `@`, or an invisible character inside, by
 * which one name would pass for another.
 */
const continuation = new RegExp(`@|\\p{Cf}+[.-]*[${wordCharacters}@]`, "uy");

/** A name somebody was called by in a text. */
export interface Handle {
  /** As written: `@user` or `@user@host`. */
  readonly text: string;
  /** True for `@user@host`. */
  readonly isComplete: boolean;
}

/** The handles in a plain text, in order. Linear in its length. */
export function* handlesIn(text: string): Generator<Handle> {
  for (const match of text.matchAll(handlePattern)) {
    const handle = match[0];
    continuation.lastIndex = match.index + handle.length;
    if (!continuation.test(text)) yield { text: handle, isComplete: handle.lastIndexOf("@") > 0 };
  }
}
