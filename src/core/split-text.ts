/**
 * Splits a text into parts of at most `limit` as `measure` counts, each with `prefix` in front: at
 * line ends, else at spaces, else anywhere but inside a handle, a link or a grapheme. Parts are
 * trimmed, empty ones dropped; rejoined they hold every character of the text but white space at the
 * cuts. Always terminates, also when the prefix alone exceeds the limit.
 */
export declare function splitText(
  text: string,
  options: {
    readonly prefix: string;
    readonly limit: number;
    readonly measure: (text: string) => number;
  },
): readonly string[];
