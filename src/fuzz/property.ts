import fc from "fast-check";

/** Something that is true of every input. The suite tries it on some, `npm run fuzz` on many. */
export interface Property {
  readonly claim: string;
  /** How many inputs the suite tries: as many as take about a tenth of a second. */
  readonly cases: number;
  /** Never rejects. */
  readonly check: (options: CheckOptions) => Promise<Checked>;
}

/** How a trial went. */
export interface Checked {
  readonly cases: number;
  /** Of the input, made as small as possible, for which the claim does not hold. */
  readonly failure: { readonly report: string; readonly path: string } | undefined;
}

export interface CheckOptions {
  readonly cases: number;
  readonly seed: number;
  /** Of a counterexample, to see that one alone. */
  readonly path?: string | undefined;
}

/** A part of the program that strangers or operators feed, with all that is claimed of it. */
export interface Target {
  readonly name: string;
  readonly properties: readonly Property[];
}

/** States that `holds` throws for no value of the arbitrary. */
export function claim<T>(
  sentence: string,
  inputs: fc.Arbitrary<T>,
  holds: (input: T) => void | Promise<void>,
  cases = 200,
): Property {
  const property = fc.asyncProperty(inputs, async (input) => holds(input));
  return {
    claim: sentence,
    cases,
    check: async ({ cases: numRuns, seed, path }) => {
      const at = path === undefined ? {} : { path };
      const details = await fc.check(property, { numRuns, seed, ...at });
      const failure = details.failed && {
        report: `${fc.defaultReportMessage(details)}\n${details.errorInstance}`,
        path: details.counterexamplePath ?? "",
      };
      return { cases: details.numRuns, failure: failure || undefined };
    },
  };
}

/** Texts of up to `maxLength` of these pieces. */
export function textOf(
  pieces: readonly (string | fc.Arbitrary<string>)[],
  maxLength = 40,
): fc.Arbitrary<string> {
  const all = pieces.map((piece) => (typeof piece === "string" ? fc.constant(piece) : piece));
  return fc.array(fc.oneof(...all), { maxLength }).map((parts) => parts.join(""));
}

/** Letters that fold, join, hide, turn around, or are none. */
export const oddLetters: readonly string[] = [
  ..."é|e\u0301|\u0301|\u200d|\u200b|\u2060|\ufeff|\u00ad|\u00a0|\u202e|\u2028|\r|\t".split("|"),
  ..."👍|🏽|👩‍👩‍👧|🇨🇿|\ud83d|\udc4d|\0|\uffff|＠|＃|／|。|İ|Σ|ß|ﬃ|\ufdfa|字|א|｀".split("|"),
];
