import { type Logger, type LoggerOptions, pino, stdTimeFunctions } from "pino";
import { GatewayError } from "./errors.js";

const levels = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof levels)[number];
const defaultLevel = levels.indexOf("info");

/** The level for so many `-v` and `-q`; more of them than there are levels does no harm. */
export function levelFor(moreCount: number, lessCount: number): LogLevel {
  const index = defaultLevel + moreCount - lessCount;
  return levels[Math.min(Math.max(index, 0), levels.length - 1)] ?? "info";
}

const censored = "[secret]";
/** Below this length a "token" is a placeholder, and hiding it would garble every line. */
const minSecretLength = 6;
const knownShapes = /\b(Bearer |(?:access_token|client_secret|code|token)=)[^\s"'&,;\\]+/giu;

/** Remembers tokens in order to take them out of whatever is printed. */
export class Secrets {
  readonly #values = new Set<string>();
  /** The longest first, or what is left of one that begins like another would show. */
  #inOrder: readonly string[] | undefined;

  /** From now on this value is never printed, as it is, URL-encoded or JSON-escaped. */
  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value.length < minSecretLength) continue;
      this.#values.add(value);
      this.#values.add(encodeURIComponent(value));
      this.#values.add(JSON.stringify(value).slice(1, -1));
      this.#inOrder = undefined;
    }
  }

  /** The text without the secrets that were added, and without anything that looks like one. */
  scrub(text: string): string {
    let clean = text.replace(knownShapes, `$1${censored}`);
    this.#inOrder ??= [...this.#values].sort((a, b) => b.length - a.length);
    for (const value of this.#inOrder) clean = clean.replaceAll(value, censored);
    return clean;
  }
}

/** Failures of the world; where in our code they surfaced is of no interest. */
const expected: ReadonlySet<string> = new Set([
  "GatewayError",
  "ConfigError",
  "FileError",
  "CannotRun",
]);

/** An error as the log shows it: what the operator needs, and a stack only where it is a bug. */
function toLoggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const isExpected = expected.has(error.name);
  return {
    type: error.name,
    message: error.message,
    ...(error instanceof GatewayError && {
      failure: error.failure,
      status: error.status,
      retryAfterMs: error.retryAfterMs,
    }),
    ...(!isExpected && { stack: framesOf(error) }),
    ...(error.cause !== undefined && { cause: toLoggedCause(error.cause) }),
  };
}

/** The frames alone, so that a message with line breaks cannot pose as some. */
function framesOf(error: Error): readonly string[] {
  const { stack = "", message } = error;
  const afterMessage = stack.slice(stack.indexOf(message) + message.length);
  return afterMessage
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** One line per link of the chain is enough below the first; five links end any circle. */
function toLoggedCause(cause: unknown, depth = 0): string {
  if (!(cause instanceof Error)) return String(cause);
  const below =
    cause.cause === undefined || depth > 4 ? "" : ` ← ${toLoggedCause(cause.cause, depth + 1)}`;
  return `${cause.name}: ${cause.message}${below}`;
}

const secretKeys = "token|access_?token|client_?secret|authorization";
const anySecretKey = new RegExp(`"(?:${secretKeys})":`, "i");
const aSecretKey = new RegExp(`^(?:${secretKeys})$`, "i");

/**
 * A line without what is kept under such a name, however deep. Hardly any line has one, so it is looked
 * at as a text first: pino's own `redact` took (measured, 10.4.0) 50 to 150 µs of every line.
 */
function censor(line: string): string {
  if (!anySecretKey.test(line)) return line;
  const entry = JSON.parse(line, (key, value) => (aSecretKey.test(key) ? censored : value));
  return `${JSON.stringify(entry)}\n`;
}

/**
 * A line without the secrets, an entry still: one that is all digits may stand in a number, where its
 * replacement would leave no JSON.
 */
function scrubLine(line: string, secrets: Secrets): string {
  const clean = secrets.scrub(line);
  if (clean === line || isJson(clean)) return clean;
  const entry = JSON.parse(line, (_, value) =>
    typeof value === "number" && secrets.scrub(`${value}`) !== `${value}` ? censored : value,
  );
  return secrets.scrub(`${JSON.stringify(entry)}\n`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Makes a line for a person of one JSON object; default: it stays one. See `log-for-people.ts`. */
  readonly format?: ((line: string) => string) | undefined;
  readonly secrets: Secrets;
  readonly write: (text: string) => unknown;
}

/** The daemon's log. `log.child({ group })` is one group's. */
export function createLog(options: LogOptions): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (level) => ({ level }) },
    serializers: { err: toLoggedError },
  };
  const { format = (line) => line } = options;
  return pino(settings, {
    write: (line) => {
      options.write(format(escapeInvisible(scrubLine(censor(line), options.secrets))));
    },
  });
}

/** What JSON leaves as it is although a terminal obeys it, or lets it turn the line around. */
const invisible = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Two backslashes: whoever parses the line and prints it has a harmless text still. */
function escapeInvisible(line: string): string {
  return line.replace(
    invisible,
    (character) => `\\\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
