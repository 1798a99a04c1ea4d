/** One thing wrong with one file, worded for the operator. */
export interface ConfigProblem {
  readonly file: string;
  /** A JSON path such as `appdata.token`, or `line 3, column 7`; empty for the file as a whole. */
  readonly where: string;
  /** A sentence: what was found, what was expected, what to do. */
  readonly problem: string;
}

/** The operator must edit a file. Carries every problem that was found, not only the first. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems
        .map(({ file, where, problem }) => [file, where, problem].filter(Boolean).join(": "))
        .join("\n"),
    );
    this.problems = problems;
  }
}

/** What went wrong, in one sentence or less. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whose turn it is after a failed call: `auth` the operator's (sign in again), `transient` nobody's
 * (wait and retry), `permanent` nobody's (skip this effect).
 */
export type Failure = "auth" | "transient" | "permanent";

/** The server, or the way to it, failed. The message never holds a token. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly failure: Failure;
  /** The HTTP status, when one was received. */
  readonly status: number | undefined;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  /** False when it is unknown whether the server acted: a time-out, a broken connection, a 5xx. */
  readonly isOutcomeKnown: boolean;

  constructor(
    message: string,
    options: {
      readonly failure: Failure;
      readonly status?: number | undefined;
      readonly retryAfterMs?: number | undefined;
      readonly isOutcomeKnown?: boolean | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.failure = options.failure;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.isOutcomeKnown = options.isOutcomeKnown ?? options.status !== undefined;
  }
}
