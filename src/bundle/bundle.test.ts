/** The program as it is shipped: one folder that needs nothing but Node. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ownFolder } from "../own-folder.js";
import { buildProgram, type ThrowawayBuild } from "../testing/build-program.js";
import { licensesOf } from "./licenses.js";

const project = fileURLToPath(ownFolder);
let program: ThrowawayBuild;
let folder: string;
beforeAll(async () => {
  program = await buildProgram();
  folder = dirname(program.entry);
}, 60_000);
afterAll(() => program[Symbol.asyncDispose]());

const run = (...argv: readonly string[]) => promisify(execFile)(program.node, argv);

describe("the bundle", () => {
  it("loads nothing but itself and what Node brings", async () => {
    const files = await readdir(folder);
    expect(files).toEqual(expect.arrayContaining(["main.js", "read-log.js", "turndown.cjs"]));
    const loads =
      /(?:^import|\bfrom|\bimport\(|require\)?\(|createRequire\(import\.meta\.url\)\()\s*"([@\w./:-]+)"/gmu;
    const missing = new Set<string>();
    for (const file of files) {
      const text = await readFile(join(folder, file), "utf8");
      for (const [, name = ""] of text.matchAll(loads)) {
        if (!isBuiltin(name) && !files.includes(name.replace("./", ""))) missing.add(name);
      }
    }
    // Native helpers of ws, which it does without where they are not.
    expect([...missing].sort()).toEqual(["bufferutil", "utf-8-validate"]);
  });

  it("brings what is required later, and requires it where it lies", async () => {
    const daemon = await readFile(join(folder, "daemon.js"), "utf8");
    expect(daemon).toContain('createRequire(import.meta.url)("./turndown.cjs")');
    const Turndown: new () => { turndown(html: string): string } = createRequire(program.entry)(
      "./turndown.cjs",
    );
    expect(new Turndown().turndown("<b>a</b> &copy;")).toBe("**a** ©");
  });

  it("names its functions where it crashes", async () => {
    const broken = 'data:text/javascript,JSON.parse = () => { throw new TypeError("planted") }';
    const crash: { readonly stderr: string } = await run(
      ...["--import", broken, program.entry, "--version"],
    ).then(
      () => expect.fail("It did not crash."),
      (error) => error,
    );
    expect(crash.stderr).toMatch(/This is a bug.* TypeError: planted/u);
    expect(crash.stderr).toMatch(/at readVersion \(.*\/dist\/base\.js:\d+:\d+\)\n/u);
    expect(crash.stderr).toMatch(/at main \(/u);
  });

  it("tells a crash behind what it had said before, with all of that", async () => {
    const broken = `data:text/javascript,${encodeURIComponent(`
      const { setImmediate: later } = globalThis;
      globalThis.setImmediate = (act) => {
        queueMicrotask(() => { throw new TypeError("planted"); });
        return later(act);
      };
    `)}`;
    const script = '"$@" 2>&1 || echo failed';
    const argv = [program.node, "--import", broken, program.entry, "--version"];
    const { stdout } = await promisify(execFile)("sh", ["-c", script, "sh", ...argv]);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\nfedigroups: This is a bug.* planted\n.*failed\n$/su);
  });

  it("loads little to say its version", async () => {
    const loaded = await readFile(program.entry, "utf8");
    const names = [...loaded.matchAll(/^import .* from "(\.[^"]+)"/gmu)].map(([, name]) => name);
    expect(names).toEqual(["./base.js"]);
    const base = await readFile(join(folder, "base.js"), "utf8");
    expect(base).not.toMatch(/^import .*daemon\.js/mu);
    expect((await run(program.entry, "--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

describe("the log in plain words", () => {
  it("shows what the daemon wrote for people, and all else as it is", async () => {
    const child = run(join(folder, "read-log.js"));
    const entry = { level: "warn", time: 0, group: "ducks@x.org", msg: "All is well." };
    child.child.stdin?.end(`${JSON.stringify(entry)}\nStarted it.\n{"level": broken}\n[1]\n`);
    const [first, ...others] = (await child).stdout.split("\n");
    expect(first).toMatch(/^\[1970-01-01 .*\] WARN: ducks@x\.org All is well\.$/u);
    expect(others).toEqual(["Started it.", '{"level": broken}', "[1]", ""]);
  });
});

describe("the licenses", () => {
  const inPackage = (...names: readonly string[]) =>
    names.map((name) => join(project, "node_modules", name, "index.js"));

  it("are told once for each package, in its own words", async () => {
    const text = await licensesOf(project, [
      ...inPackage("ws", "ws", "@pinojs/redact"),
      join(project, "src", "main.ts"),
    ]);
    expect(text.match(/^(?:ws|@pinojs\/redact) \d.*$/gmu)).toEqual([
      expect.stringMatching(/^@pinojs\/redact .*\(MIT\)$/u),
      expect.stringMatching(/^ws .*\(MIT\)$/u),
    ]);
    expect(text).toContain("Einar Otto Stangvik");
  });

  it("are those of MIT where a package leaves the words out", async () => {
    const text = await licensesOf(project, inPackage("change-case"));
    expect(text).toMatch(/Copyright \(c\) Blake Embrey\n\nPermission is hereby granted/u);
  });

  it("are those of the bundler for what it adds", async () => {
    expect(await licensesOf(project, ["\0rolldown/runtime.js"])).toMatch(/^rolldown \d/mu);
  });
});
