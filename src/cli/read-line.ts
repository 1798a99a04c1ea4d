import { createInterface } from "node:readline";
import { type Readable, Writable } from "node:stream";

/** A longer line is no code and no token. */
const maxLength = 4_096;

/**
 * One trimmed line, or `undefined` when the input ends without one (a closed terminal, Ctrl-D).
 * `isHidden` keeps what is typed at a terminal off the screen. Rejects with the signal's reason.
 */
export function readLine(
  input: Readable,
  options: { readonly isHidden: boolean },
  signal: AbortSignal,
): Promise<string | undefined> {
  const lines = createInterface({
    input,
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
    // As a "terminal" readline switches the echo off and echoes by itself, to nowhere.
    terminal: options.isHidden,
  });
  const line = new Promise<string | undefined>((resolve, reject) => {
    signal.throwIfAborted();
    lines.once("line", (text) => resolve(text.slice(0, maxLength).trim()));
    lines.once("close", () => resolve(undefined));
    lines.once("SIGINT", () => resolve(undefined));
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return line.finally(() => lines.close());
}
