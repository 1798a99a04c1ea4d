import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSandbox } from "../sandbox/index.js";
import { openSandbox } from "../testing/open-sandbox.js";
import { RecordingIo } from "../testing/recording-io.js";
import { startTinyServer } from "../testing/tiny-server.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";

describe("fedigroups sandbox", () => {
  it("tells its users, tokens and what to do, and stays until the signal", async () => {
    await using sandbox = await openSandbox();
    const { io, baseUrl } = sandbox;
    for (const name of ["alice", "bob", "carol", "ducks", "geese"]) {
      const who = await fetch(`${baseUrl}/api/v1/accounts/verify_credentials`, {
        headers: { authorization: `Bearer ${sandbox.tokenOf(name)}` },
      });
      expect(await who.json()).toMatchObject({ username: name });
    }
    expect(io.out).toContain(`fedigroups -a geese@sandbox.test --base ${baseUrl}`);
    expect(io.out).toContain("dave@away.test");
    expect(await sandbox.close()).toBe(0);
    expect(io.err).toBe("");
    await expect(fetch(sandbox.page)).rejects.toThrow();
  });

  it("tells what people and the group do, and to whom", async () => {
    await using sandbox = await openSandbox();
    const { io } = sandbox;
    const groupId = /accounts\/(\w+)\/follow/u.exec(io.out)?.[1];
    await sandbox.call("carol", `accounts/${groupId}/follow`);
    await sandbox.call("alice", "statuses", { status: "A duck\nfor @ducks" });
    await sandbox.call("alice", "statuses", { status: "@ducks /ping", visibility: "direct" });
    await until(() => io.out.includes("pong"));
    const told = io.out.split("\n").filter((line) => line.startsWith("→"));
    expect(told).toEqual(
      expect.arrayContaining([
        "→ carol@sandbox.test follows ducks@sandbox.test",
        "→ alice@sandbox.test posts (public): “A duck for @ducks”",
        "→ ducks@sandbox.test boosts the post of alice@sandbox.test: “A duck for @ducks”",
        expect.stringMatching(
          /^→ ducks@sandbox.test posts \(direct, a reply\): “@alice@sandbox.test .*pong/u,
        ),
      ]),
    );
  });

  it("plays the kind of server it is told to, and lists those there are", async () => {
    await using sandbox = await openSandbox("--flavour", "akkoma-3.16");
    const instance: unknown = await (await fetch(`${sandbox.baseUrl}/api/v1/instance`)).json();
    expect(instance).toMatchObject({ version: expect.stringContaining("Akkoma") });
    const other = new RecordingIo();
    const wrong = ["sandbox", "--flavour", "friendster"];
    expect(await main(wrong, other, new AbortController().signal)).toBe(2);
    expect(other.err).toContain('There is no flavour "friendster", only: mastodon-4.6, ');
  });

  it("tells that a port is in use", async () => {
    await using other = await startSandbox();
    const { port } = new URL(other.host("sandbox.test").baseUrl);
    const io = new RecordingIo();
    expect(await main(["sandbox", "--port", port], io, new AbortController().signal)).toBe(1);
    expect(io.err).toContain(`One of the ports ${port}, `);
    expect(io.err).toContain("is in use. Choose others with --port");
  });
});

describe("fedigroups sandbox -c", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "fedigroups-own-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** A group of the operator's, as it stands in their folder. */
  async function place(name: string, files: Readonly<Record<string, object>>): Promise<void> {
    await mkdir(join(folder, "groups", name), { recursive: true });
    for (const [file, content] of Object.entries(files)) {
      const path = join(folder, "groups", name, `${file}.json5`);
      await writeFile(path, JSON.stringify(content), { mode: 0o600 });
    }
  }

  /** Every file with its content and the time of its last change. */
  async function picture() {
    const names = await readdir(folder, { recursive: true });
    return await Promise.all(
      names.toSorted().map(async (name) => {
        const path = join(folder, name);
        const { mtimeMs } = await stat(path);
        const isFile = (await stat(path)).isFile();
        return [name, mtimeMs, isFile ? await readFile(path, "utf8") : ""];
      }),
    );
  }

  it("plays the copy of a group: with its texts and lists, without its token, and leaves its files alone", async () => {
    await using real = await startTinyServer(() => ({ status: 500 }));
    const token = "the-real-token-of-the-group";
    const appdata = { base: real.baseUrl, token };
    await place("geese", {
      config: { acct: "geese@example.social", locale: "de", appdata, enabled: false },
      control: { admin_users: ["ann@example.social"], group_tags: ["honk"], member_only: true },
      messages: { ping_response: "Honk, this is v{version}!" },
    });
    await writeFile(join(folder, "groups.json5"), '{ http_listen: "127.0.0.1:1" }');
    const before = await picture();
    const sandbox = await openSandbox("-c", folder);
    try {
      expect(sandbox.io.out).toContain("geese@sandbox.test is at work there");
      await sandbox.call("alice", "statuses", {
        status: "@geese /ping /tags",
        visibility: "direct",
      });
      await until(() => sandbox.io.out.includes("#honk"));
      expect(sandbox.io.out).toContain("Honk, this is v");
      expect(sandbox.io.out + sandbox.io.err).not.toContain(token);
      expect(await (await fetch(sandbox.page)).text()).not.toContain(token);
    } finally {
      expect(await sandbox.close()).toBe(0);
    }
    expect(await picture()).toEqual(before);
    expect(real.requests).toEqual([]);
  });

  it("asks which of several groups is meant, and names what is wrong with one", async () => {
    const config = (acct: string) => ({
      config: { acct, appdata: { base: "https://example.social", token: "t" } },
    });
    await place("ducks", config("ducks@example.social"));
    await place("geese", { config: { acct: "geese@example.social" } });
    const said = async (...options: readonly string[]) => {
      const io = new RecordingIo();
      const argv = ["sandbox", "--port", "0", "-c", folder, ...options];
      const code = await main(argv, io, new AbortController().signal);
      return { code, err: io.err };
    };
    expect(await said()).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        "choose with --group: ducks@example.social, geese@example.social",
      ),
    });
    expect(await said("--group", "swans@example.social")).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no group swans@example.social in"),
    });
    const broken = await said("--group", "@Geese@example.social");
    expect(broken).toMatchObject({ code: 78, err: expect.stringContaining("appdata") });
    await using sandbox = await openSandbox("-c", folder, "--group", "ducks@example.social");
    expect(sandbox.io.out).toContain("ducks@sandbox.test is at work there");
  });
});
