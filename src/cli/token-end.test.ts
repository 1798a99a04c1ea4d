import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { updateAppdata } from "../config/group-file.js";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";

const acct = "ducks@short.test";
const dayMs = 24 * 60 * 60_000;
let sandbox: Sandbox;
let host: SandboxHost;
let folder: string;
let stop: AbortController;

beforeEach(async () => {
  // Its tokens end after 30 days.
  sandbox = await startSandbox({ hosts: [{ domain: "short.test", flavour: "mitra" }] });
  host = sandbox.host("short.test");
  host.addUser({ username: "ducks" });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-token-"));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

function start(...argv: readonly string[]) {
  const io = new RecordingIo({ cwd: folder });
  return { io, done: main(argv, io, stop.signal) };
}

const configFile = () => join(folder, "groups", acct, "config.json5");
const readConfig = async () => JSON5.parse(await readFile(configFile(), "utf8"));

/** Signs the group in as a person would. */
async function signIn(...argv: readonly string[]): Promise<string> {
  const { io, done } = start(...argv, "--base", host.baseUrl, "--admin", "ann@far.test");
  const page = await until(() => /http\S+\/oauth\/authorize\S+/u.exec(io.out)?.[0]);
  const url = new URL(page);
  const answer = await fetch(new URL("/oauth/authorize", url), {
    method: "POST",
    headers: { accept: "application/json" },
    body: new URLSearchParams({ ...Object.fromEntries(url.searchParams), username: "ducks" }),
  });
  io.type(String(Reflect.get(Object(await answer.json()), "code")));
  expect([await done, io.err]).toEqual([0, ""]);
  return io.out;
}

describe("a token that ends", () => {
  it("rule 25: its end is kept, and told at sign-in with what to do", async () => {
    const told = await signIn("-a", acct);
    const { token_expires_at: end } = (await readConfig()).appdata;
    expect(Math.abs(end - Date.now() - 30 * dayMs)).toBeLessThan(60_000);
    const day = new Date(end).toISOString().slice(0, 10);
    expect(told).toContain(`The server ends this access on ${day}.`);
    expect(told).toContain(`fedigroups -A ${acct}`);
  });

  it("rule 25: the daemon warns of it in time", async () => {
    await signIn("-a", acct);
    const config = await readConfig();
    config.appdata.token_expires_at = Date.now() + 5 * dayMs;
    await writeFile(configFile(), JSON.stringify(config), { mode: 0o600 });
    const { io, done } = start();
    await until(() => io.out.includes("access ends in 5 day(s)"));
    stop.abort();
    expect(await done).toBe(0);
    expect(io.out).not.toContain("token_expires_at");
  });

  it("rule 25: a new token without an end takes the old one's away", async () => {
    await signIn("-a", acct);
    const { appdata } = await readConfig();
    const { base, token } = appdata;
    await updateAppdata(configFile(), {
      ...{ base, token, clientId: "i", clientSecret: "s", redirect: "r" },
    });
    expect((await readConfig()).appdata).toMatchObject({ client_id: "i", token_expires_at: null });
    const { io, done } = start();
    await until(() => io.out.includes("Met the server"));
    stop.abort();
    await done;
    expect(io.out + io.err).not.toMatch(/access (?:ends|has ended)|token_expires_at/u);
  });
});
