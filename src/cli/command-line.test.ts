import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { calledAs, commandLine } from "./command-line.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-command-"));
afterAll(() => rm(root, { recursive: true }));

describe("calledAs", () => {
  it("is the name where the PATH leads to this script, else node and the whole path", async () => {
    const script = join(root, "main.js");
    const bin = join(root, "bin");
    await writeFile(script, "");
    await chmod(script, 0o755);
    await mkdir(bin);
    const link = join(bin, "fedigroups");
    await symlink(script, link);
    expect(calledAs(link, `/nowhere:${bin}`)).toBe("fedigroups");
    expect(calledAs(script, bin)).toBe("fedigroups");
    expect(calledAs(script, "/nowhere")).toBe(`node ${script}`);
    expect(calledAs("/a folder/main.js", undefined)).toBe("node '/a folder/main.js'");
    expect(calledAs(undefined, bin)).toBe("fedigroups");
  });
});

describe("commandLine", () => {
  it("repeats the path that was given, as a shell takes it", () => {
    const io = { program: "node /x/main.js" };
    expect(commandLine({}, undefined)).toBe("fedigroups");
    expect(commandLine(io, "/my groups", "-A", "a@x.test")).toBe(
      "node /x/main.js -c '/my groups' -A a@x.test",
    );
    expect(commandLine({}, "it's")).toBe("fedigroups -c 'it'\\''s'");
  });
});
