#!/usr/bin/env node
import { constants } from "node:os";
import { setFlagsFromString } from "node:v8";
import { calledAs } from "./cli/command-line.js";
import { exitCodes, type Io, type Output, say } from "./cli/io.js";
import { main } from "./cli/main.js";
import { Secrets } from "./log.js";

/** What is still open after everything was said is not waited for any longer. */
const lingerMs = 2_000;

const { stdin, stdout, stderr, env, pid } = process;
const secrets = new Secrets();
/**
 * Gathers what is written in one turn of the loop: a line for each of many events that nothing comes of
 * would be a system call each, and wake whoever reads the log.
 */
let unwritten = "";
const maxUnwritten = 16_000;
function flush(): void {
  const text = unwritten;
  unwritten = "";
  if (text !== "") stdout.write(text);
}
const gathered: Output = {
  write(text) {
    if (unwritten === "") setImmediate(flush);
    unwritten += text;
    if (unwritten.length >= maxUnwritten) flush();
  },
};
process.on("exit", flush);
/** What was said before comes before it, where both go to one terminal or journal. */
const complaints: Output = {
  write(text) {
    flush();
    stderr.write(text);
  },
};
const io: Io = {
  ...{ stdin, stdout: gathered, stderr: complaints, env, pid, secrets, cwd: process.cwd() },
  program: calledAs(process.argv[1], env),
  isTTY: stdout.isTTY === true,
  isInputTTY: stdin.isTTY === true,
  beginBurst,
  onHangUp: stdin.isTTY === true ? undefined : onHangUp,
};

function onHangUp(listen: () => void): () => void {
  process.on("SIGHUP", listen);
  return () => process.off("SIGHUP", listen);
}

/**
 * What V8 takes for young objects in a burst, up to 48 MB, it gives back when it collects everything, which
 * groups at rest give it no reason for (bench/RESULTS.md). For good it would cost busy groups dear.
 */
function beginBurst(): () => void {
  setFlagsFromString("--semi-space-growth-factor=1");
  return () => setFlagsFromString("--semi-space-growth-factor=2");
}

function crash(error: unknown): never {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  say(complaints, secrets, `fedigroups: This is a bug, please report it. ${text}`);
  process.exit(exitCodes.failure);
}

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
    stop.abort(name);
  });
}
process.on("uncaughtException", crash);
// Nobody reads on (`fedigroups --help | head -1`): that is no bug of ours.
stdout.on("error", () => process.exit(exitCodes.failure));
// The arguments hold handles, never tokens; the title holds neither.
process.title = "fedigroups";

process.exitCode = await main(process.argv.slice(2), io, stop.signal);
setTimeout(() => process.exit(), lingerMs).unref();
