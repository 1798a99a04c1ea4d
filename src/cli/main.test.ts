import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecordingIo } from "../testing/recording-io.js";
import { main } from "./main.js";
import { readVersion } from "./version.js";

const never = new AbortController().signal;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedigroups-main-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...argv: readonly string[]) {
  const io = new RecordingIo({ cwd: folder });
  const exitCode = await main(argv, io, never);
  return { exitCode, out: io.out, err: io.err };
}

describe("main", () => {
  it("prints its version", async () => {
    expect(await run("--version")).toEqual({ exitCode: 0, out: `${readVersion()}\n`, err: "" });
    expect(readVersion()).toMatch(/^\d+\.\d+\.\d+$/u);
  });

  it("prints its help", async () => {
    const { exitCode, out, err } = await run("--help");
    expect([exitCode, err]).toEqual([0, ""]);
    for (const word of [
      ...["-a, --auth <handle>", "-A, --reauth <handle>", "-c, --config <path>", "-v, --verbose"],
      ...["-q, --quiet", "--token-stdin", "--base <url>", "-V, --version", "sandbox", "demo"],
    ]) {
      expect(out).toContain(word);
    }
  });

  it("prints a subcommand's help", async () => {
    const { exitCode, out } = await run("sandbox", "--help");
    expect(exitCode).toBe(0);
    expect(out).toContain("--port <number>");
  });

  it.each([
    { argv: ["--frobnicate"], says: "unknown option '--frobnicate'" },
    { argv: ["--verson"], says: "Did you mean --version?" },
    { argv: ["frobnicate"], says: 'There is no command "frobnicate"' },
    { argv: ["-a"], says: "argument missing" },
    { argv: ["-a", " "], says: "It is empty." },
    { argv: ["-a", "a@x.test", "-a", "b@x.test"], says: "only once" },
    { argv: ["-a", "a@x.test", "-A", "a@x.test"], says: "give only one of them" },
    { argv: ["--token-stdin"], says: "--token-stdin goes with -a <handle> or -A <handle>" },
    { argv: ["--base", "https://x.test"], says: "--base goes with -a" },
    { argv: ["--admin", "a@x.test"], says: "--admin goes with -a.\n" },
    { argv: ["-a", "a@x.test", "--base", "ftp://x"], says: '"ftp://x" is no address of a server' },
    { argv: ["-A", "a@x.test", "--admin", "b@x.test"], says: "--admin goes with -a;" },
    { argv: ["-a", "ducks"], says: '"ducks" is not a complete handle' },
    { argv: ["-a", "a@x.test", "--admin", "alice"], says: '"alice" is not a complete handle' },
    { argv: ["-c", "x", "demo"], says: "does not go with a subcommand" },
    { argv: ["-v", "demo"], says: "does not go with a subcommand" },
    { argv: ["sandbox", "--port", "http"], says: "A port is a number from 0 to 65535." },
    { argv: ["sandbox", "--port", "65536"], says: "A port is a number from 0 to 65535." },
  ])("refuses $argv as wrong usage", async ({ argv, says }) => {
    const { exitCode, out, err } = await run(...argv);
    expect([exitCode, out]).toEqual([2, ""]);
    expect(err).toContain(says);
    expect(err).toMatch(/^fedigroups: /u);
  });

  it("prints control characters of its arguments as escapes", async () => {
    const { err } = await run("-a", "a\u001b[31m\u202e");
    expect(err).toContain(String.raw`a\u001b[31m\u202e`);
  });
});
