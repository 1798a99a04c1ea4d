let made: Intl.Segmenter | undefined;

/** Made when the first text needs it: it takes 10 ms and 3 MB (measured), and many groups never do. */
function segment(text: string): Intl.Segments {
  made ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return made.segment(text);
}

const windowLength = 256;

/** How many characters a reader would count. Linear in the text. */
export function countGraphemes(text: string): number {
  // Two ASCII characters make one grapheme only where a line ends the way of Windows.
  if (/^[\0-\x7f]*$/.test(text) && !text.includes("\r")) return text.length;
  let count = 0;
  let start = 0;
  let length = windowLength;
  // Through a window, because each step of the segmenter takes as long as its text is: measured,
  // 80,000 characters at once take 2 seconds.
  for (;;) {
    const window = text.slice(start, endOfCodePoint(text, start + length));
    const { found, lastStart } = readSome(window);
    if (start + window.length === text.length && found < windowLength) return count + found;
    // The last one may go on behind the window, so it is read again from its start.
    if (found > 1) {
      count += found - 1;
      start += lastStart;
      length = windowLength;
    } else {
      length *= 2;
    }
  }
}

function readSome(window: string): { found: number; lastStart: number } {
  let found = 0;
  let lastStart = 0;
  for (const { index } of segment(window)) {
    found += 1;
    lastStart = index;
    if (found === windowLength) break;
  }
  return { found, lastStart };
}

function endOfCodePoint(text: string, index: number): number {
  return (text.codePointAt(index - 1) ?? 0) > 0xffff ? index + 1 : index;
}

/** The last boundary between graphemes at or before `index`; `start` is one. */
export function floorToGrapheme(text: string, start: number, index: number): number {
  // Whether there is a boundary depends on what comes before it and on one code point after it.
  const found = segment(text.slice(start, index + 2)).containing(index - start);
  return found === undefined ? index : start + found.index;
}

/** The first boundary between graphemes at or after `index`; `start` is one. */
export function ceilToGrapheme(text: string, start: number, index: number): number {
  if (floorToGrapheme(text, start, index) === index) return index;
  for (let ahead = 64; ; ahead *= 2) {
    const window = text.slice(start, index + ahead);
    const found = segment(window).containing(index - start);
    const end = found === undefined ? window.length : found.index + found.segment.length;
    if (end < window.length || start + end === text.length) return start + end;
  }
}
