import type { Reader } from "./readers.js";

/** What is repeated to fill an input. */
export const attacks: readonly string[] = [
  ...["a", "a ", " ", "\n", "\r", " \n", "\u00a0", "字", "é", ".", "a.", "-", "_", "1"],
  ...[
    "<",
    ">",
    "<a ",
    "<b>",
    "<div>",
    "<b><p>",
    "</",
    "<!--",
    "<!-- -->",
    "<a href=x>",
    "<p hidden>",
    "<rt>",
  ],
  ...[
    "<script>",
    "</script",
    "<xmp></xm",
    '<a b="',
    "<a b='\"",
    "a=b ",
    "x<br>",
    "<blockquote>",
    "<code>/",
  ],
  ...["<a href='https://x.org/@grp'>@grp</a>", "@grp<br>", "x<code>x</code>", "<a>x"],
  ...[
    "&",
    "&amp;",
    "&#0000",
    "&nbsp;",
    "@",
    "@a",
    "@a@b ",
    "@a.",
    "@grp ",
    "#",
    "#a ",
    "#a·",
    "＠",
  ],
  ...[
    "/",
    "/ ",
    "/b ",
    "/ban x",
    "/ban @x ",
    "/b-",
    "-/",
    "\\",
    "\\\\",
    "\\`",
    "`",
    "` ",
    "`\n",
    "```\n",
    "a`b``c```d",
  ],
  ...[
    "> /b\n",
    "[",
    "[[]",
    "](",
    "[a](",
    "(",
    "*",
    "**a",
    "_a",
    "__a ",
    "~~a",
    "{",
    "{a}",
    "{a:",
    "}",
    "[1,",
    "[],",
  ],
  ...["https://", "https://a.bc/ ", "https://a.", "https://a.bc/.,", "x@y.", "<https://"],
  ...[
    "\u0301",
    "e\u0301",
    "\u200d",
    "👩\u200d",
    "👍🏽",
    "🇨",
    "\ud800",
    "\u202e",
    "\u2060",
    "\0",
    "ﷺ",
  ],
  ...[
    '"',
    "'",
    '\\"',
    "//",
    "//\n",
    "/*",
    "/**/",
    ",",
    ":",
    "access_token=",
    "<a>; rel=x,",
    "<a>;",
  ],
];

/** The attacks that make a difference to a reader. */
export function attacksOn({ isByLength }: Reader): readonly string[] {
  return isByLength ? ["a"] : attacks;
}

/** An input of about so many characters. */
export function fill(attack: string, length: number): string {
  return attack.repeat(Math.ceil(length / attack.length)).slice(0, length);
}

export interface Stopwatch {
  /** Milliseconds. */
  readonly now: () => number;
}

/** The shortest time of a few, in milliseconds: what disturbs only ever makes it longer. */
export function timeOf({ read }: Reader, text: string, { now }: Stopwatch, times = 3): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let run = 0; run < times; run += 1) {
    const startedAt = now();
    read(text);
    shortest = Math.min(shortest, now() - startedAt);
    if (shortest > 500) break;
  }
  return shortest;
}

/** Times shorter than this are of everything but the input, in milliseconds. */
const tellingMs = 5;

/**
 * The exponent k of the c·n^k that fits times at lengths best; `undefined` where fewer than two
 * times tell anything. 1 is linear, 2 quadratic.
 *
 * @param leastMs what is shorter tells nothing
 */
export function exponentOf(
  points: readonly { readonly length: number; readonly timeMs: number }[],
  leastMs = tellingMs,
): number | undefined {
  const logs = points
    .filter(({ timeMs }) => timeMs >= leastMs)
    .map(({ length, timeMs }) => ({ x: Math.log(length), y: Math.log(timeMs) }));
  if (logs.length < 2) return undefined;
  const mean = (pick: (log: { x: number; y: number }) => number) =>
    logs.reduce((sum, log) => sum + pick(log), 0) / logs.length;
  const [meanX, meanY] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
}

/** What was measured of one reader. */
export interface Growth {
  readonly reader: string;
  /** For each length, the time of the slowest attack. */
  readonly slowest: readonly {
    readonly length: number;
    readonly timeMs: number;
    readonly attack: string;
  }[];
  /** Of the attack whose time grows fastest. */
  readonly steepest: { readonly attack: string; readonly exponent: number } | undefined;
}

/** Measures one reader with all attacks at all lengths. */
export function measure(reader: Reader, lengths: readonly number[], watch: Stopwatch): Growth {
  const rows = attacksOn(reader).map((attack) => ({
    attack,
    points: lengths.map((length) => ({
      length,
      timeMs: timeOf(reader, fill(attack, length), watch),
    })),
  }));
  const slowest = lengths.map((length, index) =>
    rows
      .map(({ attack, points }) => ({ attack, length, timeMs: points[index]?.timeMs ?? 0 }))
      .reduce((worst, one) => (one.timeMs > worst.timeMs ? one : worst)),
  );
  const steepest = rows
    .flatMap(({ attack, points }) => {
      const exponent = exponentOf(points);
      return exponent === undefined ? [] : [{ attack, exponent }];
    })
    .sort((a, b) => b.exponent - a.exponent)[0];
  return { reader: reader.name, slowest, steepest };
}
