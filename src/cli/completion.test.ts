import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { RecordingIo } from "../testing/recording-io.js";
import { main } from "./main.js";

async function print(...argv: readonly string[]): Promise<string> {
  const io = new RecordingIo();
  expect([await main(argv, io, new AbortController().signal), io.err]).toEqual([0, ""]);
  return io.out;
}

/** The subcommands and options of the help: what the generated pages must not fall behind. */
async function wordsOfHelp(...command: readonly string[]) {
  const help = await print(...command, "--help");
  const [options = "", commands = ""] = help.slice(help.indexOf("Options:")).split("Commands:");
  return {
    options: [...options.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gmu)].map(([, name = ""]) => name),
    commands: [...commands.matchAll(/^ {2}([a-z]+)/gmu)].map(([, name = ""]) => name),
  };
}

describe("fedigroups completion bash", () => {
  let script: string;
  beforeAll(async () => {
    script = await print("completion", "bash");
  });

  /** What bash would offer at the end of this line; `list` is a program that prints two groups. */
  async function offers(...words: readonly string[]): Promise<readonly string[]> {
    const list = `fedigroups() { printf '%s\\n' 'ducks@x.test  ready' '    /g/ducks' 'geese@x.test  broken' '    a@b.test: no'; }`;
    const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fedigroups; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const code = [script, list, ask].join("\n");
    const argv = ["--norc", "-c", code, "bash", "fedigroups", ...words];
    const { stdout } = await promisify(execFile)("bash", argv);
    return stdout.split("\n").filter((word) => word !== "");
  }

  it("offers every command and, after a dash, every option", async () => {
    const { commands, options } = await wordsOfHelp();
    expect(commands).toContain("completion");
    expect(await offers("")).toEqual(commands);
    expect(await offers("--")).toEqual(options);
    for (const command of commands) {
      const known = await wordsOfHelp(command);
      expect(await offers(command, "--")).toEqual(known.options);
    }
  }, 20_000);

  it("offers what fits the place: shells, files, groups, and nothing for free words", async () => {
    expect(await offers("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await offers("completion", "f")).toEqual(["fish"]);
    expect(await offers("-c", "package.j")).toEqual(["package.json"]);
    expect(await offers("list", "-c", "package.j")).toEqual(["package.json"]);
    expect(await offers("-A", "")).toEqual(["ducks@x.test", "geese@x.test"]);
    expect(await offers("--admin", "")).toEqual([]);
  });

  it("does not take an option's value for the command", async () => {
    expect(await offers("-c", "list", "com")).toEqual(["completion"]);
  });
});

describe.each(["zsh", "fish"] as const)("fedigroups completion %s", (shell) => {
  it("names every command and option", async () => {
    const script = await print("completion", shell);
    const { commands, options } = await wordsOfHelp();
    for (const command of commands) {
      expect(script).toContain(shell === "zsh" ? `'${command}:` : `-a ${command} `);
      options.push(...(await wordsOfHelp(command)).options);
    }
    for (const option of options) {
      expect(script).toContain(shell === "zsh" ? option : `-l ${option.slice(2)} `);
    }
  });

  it.skipIf(!isInstalled(shell))("is a script that the shell can read", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fedigroups-completion-"));
    try {
      // From a file: not every shell opens the socket that Node makes of a child's input.
      const file = join(folder, "script");
      await writeFile(file, await print("completion", shell));
      expect(execFileSync(shell, ["-n", file]).toString()).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

function isInstalled(shell: string): boolean {
  try {
    execFileSync(shell, ["--version"]);
    return true;
  } catch {
    return false;
  }
}

describe("fedigroups completion", () => {
  it("refuses other shells, naming those it knows", async () => {
    const io = new RecordingIo();
    expect(await main(["completion", "tcsh"], io, new AbortController().signal)).toBe(2);
    expect(io.err).toContain("Allowed choices are bash, zsh, fish.");
  });
});

describe("fedigroups manual", () => {
  it("has an entry for every command and option, with what the help says of it", async () => {
    const page = (await print("manual")).replaceAll(String.raw`\-`, "-");
    const { commands, options } = await wordsOfHelp();
    for (const command of commands) {
      expect(page).toMatch(new RegExp(String.raw`^\.SS ${command}\b`, "mu"));
      options.push(...(await wordsOfHelp(command)).options);
    }
    for (const option of options) expect(page).toContain(`\\fB${option}\\fR`);
    expect(page).toContain("sign an existing group in again\n");
    expect(page).toMatch(/^\.TH FEDIGROUPS 1 "" "fedigroups \d+\.\d+\.\d+/u);
    expect(page).toMatch(/^\.TP\n78\nthe configuration needs you$/mu);
  });
});
