import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";

const acct = "ducks@sandbox.test";
const isRoot = userInfo().uid === 0;
let sandbox: Sandbox;
let host: SandboxHost;
let folder: string;
let stop: AbortController;

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-auth-"));
  stop = new AbortController();
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** Starts the program; `done` is its exit code. */
function start(...argv: readonly string[]) {
  const io = new RecordingIo({ cwd: folder });
  return { io, done: main(argv, io, stop.signal) };
}

const asNew = (...more: readonly string[]) => start("-a", acct, "--base", host.baseUrl, ...more);

/** What a person does in the browser. */
async function authorize(io: RecordingIo, username: string): Promise<string> {
  const page = await until(() => /http\S+\/oauth\/authorize\S+/u.exec(io.out)?.[0], {
    what: "The authorise URL",
  });
  const url = new URL(page);
  expect(url.searchParams.get("force_login")).toBe("true");
  const answer = await fetch(new URL("/oauth/authorize", url), {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ ...Object.fromEntries(url.searchParams), username }),
  });
  const { code } = (await answer.json()) as { readonly code?: string };
  return code ?? expect.fail("There was no code.");
}

const configFile = () => join(folder, "groups", acct, "config.json5");
const readConfig = async () => JSON5.parse(await readFile(configFile(), "utf8"));

async function expectNothingSaved(): Promise<void> {
  expect(await readdir(folder)).toEqual([]);
}

describe("fedigroups -a", () => {
  it("signs a new group in", async () => {
    const { io, done } = asNew();
    io.type(` ${await authorize(io, "ducks")} `);
    expect([await done, io.err]).toEqual([0, ""]);
    const config = await readConfig();
    expect(config).toMatchObject({
      acct,
      enabled: true,
      appdata: { base: host.baseUrl, redirect: "urn:ietf:wg:oauth:2.0:oob" },
    });
    expect((await stat(configFile())).mode & 0o777).toBe(0o600);
    expect(io.out).toContain(configFile());
    expect(io.out).toContain(`${join(folder, "groups", acct)}/control.json5`);
    for (const secret of [config.appdata.token, config.appdata.client_secret]) {
      expect(io.out).not.toContain(secret);
    }
    const who = await fetch(`${host.baseUrl}/api/v1/accounts/verify_credentials`, {
      headers: { authorization: `Bearer ${config.appdata.token}` },
    });
    expect(await who.json()).toMatchObject({ username: "ducks" });
  });

  it("takes a handle as people write it, and names the first admin", async () => {
    const argv = ["-a", "@Ducks@Sandbox.TEST", "--base", host.baseUrl];
    const { io, done } = start(...argv, "--admin", "@Alice@sandbox.test");
    io.type(await authorize(io, "ducks"));
    expect([await done, io.err]).toEqual([0, ""]);
    const control = await readFile(join(folder, "groups", acct, "control.json5"), "utf8");
    expect(JSON5.parse(control)).toMatchObject({ admin_users: ["alice@sandbox.test"] });
    expect(io.out).toContain("alice@sandbox.test is its first admin");
  });

  // Skipped for others than root, who cannot give files away.
  it.runIf(isRoot)("gives all it writes to the owner of the folder", async () => {
    await chown(folder, 12_345, 12_346);
    const { io, done } = asNew("--admin", "alice@sandbox.test");
    io.type(await authorize(io, "ducks"));
    expect([await done, io.err]).toEqual([0, ""]);
    for (const name of [".", "config.json5", "control.json5"]) {
      expect((await stat(join(folder, "groups", acct, name))).uid).toBe(12_345);
    }
  });

  it("names the commands that come next with the folder that was given", async () => {
    const { io, done } = start("-c", folder, "-a", acct, "--base", host.baseUrl);
    io.type(await authorize(io, "ducks"));
    expect([await done, io.err]).toEqual([0, ""]);
    expect(io.out).toContain(`To run it: fedigroups -c ${folder}, or as a service: `);
    const again = start("-c", folder, "-a", acct);
    expect(await again.done).toBe(1);
    expect(again.io.err).toContain(`fedigroups -c ${folder} -A ${acct}`);
  });

  it("tells a person at a terminal what a slow server is waited for", async () => {
    host.faults.failAlways(
      { path: /^\/api\/v1\/instance$/u },
      { kind: "hang", when: "before-effect" },
    );
    const io = Object.assign(new RecordingIo({ cwd: folder }), { isInputTTY: true });
    const done = main(["-a", acct, "--base", host.baseUrl], io, stop.signal);
    await until(() => io.err === `Looking for the server of ${acct} …\n`, { what: "The word" });
    stop.abort();
    expect(await done).toBe(1);
  });

  it("saves nothing when somebody else signs in", async () => {
    const { io, done } = asNew();
    io.type(await authorize(io, "alice"));
    expect(await done).toBe(1);
    expect(io.err).toContain(
      "You signed in as alice@sandbox.test, not as ducks@sandbox.test. Nothing was saved.",
    );
    await expectNothingSaved();
  });

  it("saves nothing when the code is wrong", async () => {
    const { io, done } = asNew();
    await authorize(io, "ducks");
    for (const count of [1, 2, 3]) {
      await until(() => io.out.split("Code: ").length > count);
      io.type("not-the-code");
    }
    expect(await done).toBe(1);
    expect(io.err).toMatch(/^fedigroups: .*did not take the code.*Nothing was saved\.\n$/u);
    expect(io.err).not.toContain("not-the-code");
    await expectNothingSaved();
  });

  it("asks again when the code is wrong, at the same address", async () => {
    const { io, done } = asNew();
    const code = await authorize(io, "ducks");
    io.type("half");
    await until(() => io.out.split("Code: ").length > 2);
    expect(io.out).toContain("Paste the whole code");
    io.type(code);
    expect([await done, io.err]).toEqual([0, ""]);
    expect(io.out.split("/oauth/authorize")).toHaveLength(2);
  });

  it("names the owner of a token that is another account's", async () => {
    const { io, done } = asNew("--token-stdin");
    io.type(host.user("alice").token);
    expect(await done).toBe(1);
    expect(io.err).toBe(
      `fedigroups: This is the token of alice@sandbox.test; give the one of ${acct}. Nothing was saved.\n`,
    );
    await expectNothingSaved();
  });

  // Skipped for root, whom no permission keeps out.
  it.skipIf(isRoot)("refuses a folder it cannot write, first of all", async () => {
    await chmod(folder, 0o500);
    const { io, done } = asNew();
    expect(await done).toBe(1);
    expect(io.err).toContain(`Cannot write in ${folder}: permission is denied`);
    expect(host.requests).toEqual([]);
    await chmod(folder, 0o700);
  });

  it.each([
    { what: "the terminal is closed", act: (io: RecordingIo) => io.hangUp() },
    { what: "the line is empty", act: (io: RecordingIo) => io.type("") },
  ])("saves nothing when $what", async ({ act }) => {
    const { io, done } = asNew();
    await authorize(io, "ducks");
    act(io);
    expect(await done).toBe(1);
    expect(io.err).toBe("fedigroups: No code was entered. Nothing was saved.\n");
    await expectNothingSaved();
  });

  it("saves nothing when it is interrupted at the prompt", async () => {
    const { io, done } = asNew();
    await authorize(io, "ducks");
    stop.abort("SIGINT");
    expect(await done).toBe(1);
    expect(io.err).toBe("fedigroups: Stopped.\n");
    await expectNothingSaved();
  });

  it("says in one sentence that a host is dead", async () => {
    await host.stop();
    const { io, done } = asNew();
    expect(await done).toBe(1);
    expect(io.err).toMatch(/^fedigroups: .*127\.0\.0\.1.*\n$/u);
    await expectNothingSaved();
  });

  it("says in one sentence that a host is none", async () => {
    const page = createServer((_, response) => response.end("<h1>Ducks</h1>"));
    await new Promise<void>((resolve) => page.listen(0, "127.0.0.1", resolve));
    const { port } = page.address() as AddressInfo;
    const { io, done } = start("-a", acct, "--base", `http://127.0.0.1:${port}`);
    expect(await done).toBe(1);
    page.close();
    expect(io.err).toMatch(/^fedigroups: .*No Mastodon API.*\n$/u);
    await expectNothingSaved();
  });

  it("refuses a group that is there, before it asks any server", async () => {
    const there = join(folder, "groups", "of-any-name");
    await mkdir(there, { recursive: true });
    await writeFile(join(there, "config.json"), JSON.stringify({ acct: `@${acct}` }));
    const { io, done } = asNew();
    expect(await done).toBe(1);
    expect(io.err).toContain(`fedigroups -A ${acct}`);
    expect(host.requests).toEqual([]);
  });

  it("takes a token from standard input", async () => {
    const { io, done } = asNew("--token-stdin");
    const { token } = host.user("ducks");
    io.type(token);
    io.hangUp();
    expect([await done, io.err]).toEqual([0, ""]);
    expect((await readConfig()).appdata).toMatchObject({ base: host.baseUrl, token });
    expect(io.out).toMatch(/^Signed in\./u);
    expect(io.out).not.toContain(token);
  });

  it("refuses a token that is dead, and never shows it", async () => {
    const { io, done } = asNew("--token-stdin");
    const { token } = host.user("ducks");
    host.user("ducks").revokeTokens();
    io.type(token);
    expect(await done).toBe(1);
    expect(io.err).toMatch(/^fedigroups: .*did not accept the token.*\n$/u);
    expect(io.err + io.out).not.toContain(token);
    await expectNothingSaved();
  });

  it.each(["", "two words", "tökén"])("refuses %j as a token", async (line) => {
    const { io, done } = asNew("--token-stdin");
    io.type(line);
    expect(await done).toBe(1);
    expect(io.err).toContain("Nothing was saved.");
    await expectNothingSaved();
  });

  it("stops at a common file that cannot be read", async () => {
    await writeFile(join(folder, "groups.json"), "{ groups_dir: 7 }");
    const { io, done } = asNew();
    expect(await done).toBe(78);
    expect(io.err).toContain("groups_dir");
    expect(host.requests).toEqual([]);
  });
});

describe("fedigroups -A", () => {
  async function placeGroup(): Promise<void> {
    await mkdir(join(folder, "groups", acct), { recursive: true });
    const config = `{
  // our ducks
  acct: "${acct}", locale: "cs", mystery: 7,
  appdata: { base: "${host.baseUrl}", client_id: "i", client_secret: "s", redirect: "r" },
}`;
    await writeFile(configFile(), config, { mode: 0o600 });
  }

  it("renews the access of a group, and changes nothing else", async () => {
    await placeGroup();
    const { io, done } = start("-A", acct);
    io.type(await authorize(io, "ducks"));
    expect([await done, io.err]).toEqual([0, ""]);
    const config = await readConfig();
    expect(config).toMatchObject({ acct, locale: "cs", mystery: 7 });
    expect(config.appdata.base).toBe(host.baseUrl);
    expect(config.appdata.token).toMatch(/./u);
    expect(config.appdata.client_id).not.toBe("i");
    expect(await readFile(configFile(), "utf8")).toContain("// our ducks");
    expect(await readdir(join(folder, "groups", acct))).toEqual(["config.json5"]);
  });

  it("changes nothing when somebody else signs in", async () => {
    await placeGroup();
    const before = await readFile(configFile(), "utf8");
    const { io, done } = start("-A", acct);
    io.type(await authorize(io, "alice"));
    expect(await done).toBe(1);
    expect(await readFile(configFile(), "utf8")).toBe(before);
  });

  it("takes a token from standard input, too", async () => {
    await placeGroup();
    const { io, done } = start("-A", acct, "--token-stdin");
    const { token } = host.user("ducks");
    io.type(token);
    expect([await done, io.err]).toEqual([0, ""]);
    expect(await readConfig()).toMatchObject({ locale: "cs", mystery: 7, appdata: { token } });
    expect(io.out).not.toContain(token);
  });

  it("refuses a group that is not there, before it asks any server", async () => {
    const { io, done } = start("-A", acct, "--base", host.baseUrl);
    expect(await done).toBe(1);
    expect(io.err).toContain(`fedigroups -a ${acct}`);
    expect(host.requests).toEqual([]);
  });
});
