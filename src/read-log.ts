import { createInterface } from "node:readline";
import { createPretty } from "./log-for-people.js";

/** `… | node dist/read-log.js`: the daemon's log, one JSON object a line, in plain words. For `make logs`. */
const { stdin, stdout, env } = process;
const { NO_COLOR: noColor } = env;
const pretty = createPretty(stdout.isTTY === true && !noColor);

for await (const line of createInterface({ input: stdin })) stdout.write(`${readable(line)}\n`);

/** What somebody else has written (Node, systemd) stays as it is. */
function readable(line: string): string {
  if (!/^\{.*\}$/u.test(line)) return line;
  try {
    return pretty(line).trimEnd();
  } catch {
    return line;
  }
}
