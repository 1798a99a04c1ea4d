import { prettyFactory } from "pino-pretty";

/** Makes plain lines of the daemon's log for a terminal; loaded only where there is one. */
export function createPretty(hasColor: boolean): (line: string) => string {
  const format = prettyFactory({
    colorize: hasColor,
    ignore: "group",
    singleLine: true,
    translateTime: "SYS:yyyy-mm-dd HH:MM:ss",
    messageFormat: ({ group, msg }) =>
      [group, msg]
        .filter((part) => typeof part === "string")
        // A string in an object comes escaped, but these two stand in the line as they are.
        .map((part) => part.replace(/\p{Cc}/gu, (control) => JSON.stringify(control).slice(1, -1)))
        .join(" "),
  });
  return (line) => format(withReason(JSON.parse(line)));
}

/** For people: what the world did wrong is a part of the sentence, not an object behind it. */
function withReason(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { err, msg, ...others } = entry;
  if (typeof msg !== "string" || typeof err !== "object" || err === null || "stack" in err) {
    return entry;
  }
  const reason = "message" in err ? String(err.message) : "";
  if (reason === "" || msg.includes(reason)) return { ...others, msg };
  const cause = "cause" in err ? String(err.cause) : "";
  // The last link is where it began; it often names the address.
  const origin =
    cause
      .split(" ← ")
      .at(-1)
      ?.replace(/^\w*Error: /u, "") ?? "";
  const isNew = origin !== "" && !reason.includes(origin);
  const told = [reason.replace(/\s*\n\s*/gu, "; "), ...(isNew ? [origin] : [])].join(": ");
  return { ...others, msg: `${msg} Reason: ${told}` };
}
