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
    expect(calledAs(link, { PATH: `/nowhere:${bin}` })).toBe("fedigroups");
    expect(calledAs(script, { PATH: bin })).toBe("fedigroups");
    expect(calledAs(script, { PATH: "/nowhere" })).toBe(`node ${script}`);
    expect(calledAs("/a folder/main.js", {})).toBe("node '/a folder/main.js'");
    expect(calledAs(undefined, { PATH: bin })).toBe("fedigroups");
  });

  it("goes through sudo where sudo or systemd made it another user's", () => {
    const as = (env: Record<string, string>) => calledAs("/x/main.js", env);
    expect(as({ SUDO_USER: "pi", USER: "fedigroups" })).toBe("sudo -u fedigroups node /x/main.js");
    expect(as({ SUDO_USER: "pi", USER: "root" })).toBe("sudo node /x/main.js");
    expect(as({ NOTIFY_SOCKET: "/run/x", USER: "fedigroups" })).toBe(
      "sudo -u fedigroups node /x/main.js",
    );
    expect(as({ USER: "pi" })).toBe("node /x/main.js");
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
