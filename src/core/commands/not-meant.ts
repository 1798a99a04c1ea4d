const lineEnd = /(\r\n|[\n\r\u2028\u2029])/u;
/** Also behind what composers put in front: handles (`@grp > /op …`) and marks of direction. */
const quotation = /^[\s\p{Cf}]*(?:@\S+\s+)*[>＞]+(?!\S)/u;
const fenceLength = 3;
const fenceEnd = /^\s*(`{3,})\s*$/u;
/** A `>` in an address quotes nothing, and no command begins behind it. */
const link = /https?:\/\/\S+/giu;
/** Neither white space nor `>`, so that no command begins behind it. */
const filler = "\u0000";

/**
 * The text with everything blanked that its author shows and does not say: lines that begin with
 * `>` and white space, what stands between two lines of ``` (or behind the first, where no second
 * comes), what stands between backticks in one paragraph, and addresses of pages. Length and line ends stay. Linear in
 * the length. Quotations and code in HTML never come this far, see `html-to-text.ts`.
 */
export function blankWhatIsNotMeant(text: string): string {
  if (!/[`>＞]/u.test(text)) return text;
  let result = "";
  let paragraph = "";
  const endParagraph = (): void => {
    result += blankSpans(paragraph);
    paragraph = "";
  };
  let fence = 0;
  for (const [index, part] of text.split(lineEnd).entries()) {
    if (index % 2 === 1) {
      paragraph += part;
    } else if (fence > 0) {
      endParagraph();
      result += blank(part);
      const end = fenceEnd.exec(part)?.[1]?.length ?? 0;
      if (end >= fence) fence = 0;
    } else if (part.trim() === "" || quotation.test(part)) {
      // Either ends a paragraph, and with it the spans.
      endParagraph();
      result += blank(part);
    } else {
      // Line by line first: one stray backtick must not turn what is code into text, and back.
      const line = blankSpans(part);
      const start = fenceStart(line);
      paragraph += line.slice(0, start);
      if (start === undefined) continue;
      endParagraph();
      result += blank(line.slice(start));
      fence = line.lastIndexOf("`") + 1 - start;
    }
  }
  endParagraph();
  return result.replace(link, blank);
}

function blank(text: string): string {
  return filler.repeat(text.length);
}

/** Where on a line a block of code begins: at a run of backticks that no other follows. */
function fenceStart(line: string): number | undefined {
  const last = [...line.matchAll(/`+/gu)].at(-1);
  return last !== undefined && last[0].length >= fenceLength ? last.index : undefined;
}

/** Blanks from each run of backticks to the next of the same length. */
function blankSpans(text: string): string {
  const runs = [...text.matchAll(/`+/gu)];
  const nextOfLength = new Map<number, number>();
  /** For each run, where the span that it begins is over. */
  const ends = runs
    .toReversed()
    .map(({ 0: { length }, index }) => {
      const next = nextOfLength.get(length);
      nextOfLength.set(length, index);
      return next === undefined ? undefined : next + length;
    })
    .toReversed();
  let result = "";
  let position = 0;
  for (const [order, { index }] of runs.entries()) {
    const end = ends[order];
    if (end === undefined || index < position) continue;
    result += text.slice(position, index) + blank(text.slice(index, end));
    position = end;
  }
  return result + text.slice(position);
}
