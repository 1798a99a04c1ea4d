import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { RecordingIo } from "../testing/recording-io.js";
import { main } from "./main.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-list-"));
const token = "very-secret-token";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
});
afterAll(() => rm(root, { recursive: true }));

async function put(name: string, content: unknown): Promise<void> {
  const file = join(folder, name);
  await mkdir(dirname(file), { recursive: true });
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await writeFile(file, text, { mode: 0o600 });
}

const configOf = (acct: string, more: object = {}) => ({
  acct,
  appdata: { base: "https://api.x.test", token },
  ...more,
});

async function list(...more: readonly string[]) {
  const io = new RecordingIo({ cwd: folder });
  const exitCode = await main(["list", ...more], io, new AbortController().signal);
  expect(io.out).not.toContain(token);
  return { exitCode, out: io.out, err: io.err };
}

async function placeAll() {
  await put("groups/1/config.json5", configOf("ducks@x.test"));
  await put("groups/1/control.json5", {
    admin_users: ["ann@x.test"],
    member_users: ["bob@y.test", "eve@y.test"],
    group_tags: ["quack", "ducks"],
  });
  await put("groups/2/config.json5", configOf("geese@x.test", { enabled: false }));
  await put("groups/3/config.json5", configOf("swans@x.test"));
  await put("groups/3/control.json5", "{ admin_users: 7 }");
  await put("groups/4/config.json5", "{");
}

describe("fedigroups list", () => {
  it("shows every group with its state, and what keeps it from running", async () => {
    await placeAll();
    const { exitCode, out } = await list();
    const lines = out.split("\n").map((line) => line.replaceAll(/ {2,}/gu, "  "));
    const at = (n: number) => `  ${join(folder, "groups", String(n))}`;
    expect(lines.slice(0, 6)).toEqual([
      "ducks@x.test  ready  1 admin  2 members  api.x.test  #ducks #quack",
      at(1),
      "geese@x.test  disabled  0 admins  0 members  api.x.test",
      at(2),
      "swans@x.test  broken",
      at(3),
    ]);
    expect(lines[6]).toContain("control.json5: admin_users (line 1): Found the number 7");
    expect(lines[7]).toBe("?  broken");
    expect(exitCode).toBe(78);
  });

  it("changes no file, beside a service or before one", async () => {
    await placeAll();
    const names = async () => (await readdir(folder, { recursive: true })).sort();
    const before = await names();
    await list();
    expect(await names()).toEqual(before);
  });

  it("tells programs the same as JSON", async () => {
    await placeAll();
    const { exitCode, out } = await list("--json");
    expect(exitCode).toBe(78);
    const told = JSON.parse(out);
    expect(told.problems).toEqual([]);
    expect(told.groups).toHaveLength(4);
    expect(told.groups[0]).toEqual({
      acct: "ducks@x.test",
      server: "api.x.test",
      folder: join(folder, "groups/1"),
      state: "ready",
      admins: 1,
      members: 2,
      tags: ["ducks", "quack"],
      problems: [],
    });
    expect(told.groups[3]).toMatchObject({ acct: null, server: null, state: "broken" });
  });

  it("takes -c before and after its name, and no other option of the service", async () => {
    await put("groups/1/config.json5", configOf("ducks@x.test"));
    const io = new RecordingIo({ cwd: "/" });
    const never = new AbortController().signal;
    expect(await main(["list", "-c", folder], io, never)).toBe(0);
    expect(await main(["-c", folder, "list"], io, never)).toBe(0);
    expect(io.out.match(/^ducks@x\.test/gmu)).toHaveLength(2);
    expect(await main(["-v", "list"], io, never)).toBe(2);
  });

  it("says of an empty folder how to begin", async () => {
    const { exitCode, out } = await list();
    expect([exitCode, out]).toEqual([
      0,
      `There is no group in ${join(folder, "groups")}. Sign one in with: fedigroups -a group@example.social\n`,
    ]);
  });

  it("tells a common file that keeps all down", async () => {
    await put("groups.json5", "{ poll_interval_s: 0 }");
    const { exitCode, out } = await list();
    expect(exitCode).toBe(78);
    expect(out).toContain("groups.json5: poll_interval_s (line 1): Found the number 0");
  });
});
