/** The real program, at its most talkative, through everything that goes wrong: nothing secret shows. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Io } from "./cli/io.js";
import { main } from "./cli/main.js";
import { runCommand } from "./cli/run.js";
import { systemClock } from "./clock.js";
import { Secrets } from "./log.js";
import type { Clock } from "./ports.js";
import { type Sandbox, type SandboxHost, startSandbox } from "./sandbox/index.js";
import { RecordingIo } from "./testing/recording-io.js";
import { until } from "./testing/until.js";

const acct = "ducks@sandbox.test";
let sandbox: Sandbox;
let host: SandboxHost;
let folder: string;
let stop: AbortController;

beforeEach(async () => {
  sandbox = await startSandbox();
  host = sandbox.host("sandbox.test");
  for (const username of ["alice", "ducks"]) host.addUser({ username });
  folder = await mkdtemp(join(tmpdir(), "fedigroups-secrets-"));
  await writeFile(join(folder, "groups.json5"), '{ "delay_reopen_error_s": 0.1 }');
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

/** As the machine's, but nobody waits for long before trying again; what comes in its time still does. */
const hasty: Clock = {
  ...systemClock,
  sleep: (delayMs, signal) =>
    systemClock.sleep(delayMs < 20_000 ? Math.min(delayMs, 100) : delayMs, signal),
};

/** Takes nothing out of what is printed. */
class NoNet extends Secrets {
  override scrub(text: string): string {
    return text;
  }
}

/** Signs the group in, and tells every secret that came to be. */
async function signIn(io: RecordingIo): Promise<readonly string[]> {
  const argv = ["-a", acct, "--base", host.baseUrl, "--admin", "alice@sandbox.test", "-c", folder];
  const done = main(argv, io, stop.signal);
  const page = await until(() => /http\S+\/oauth\/authorize\S+/u.exec(io.out)?.[0]);
  const code = await host.user("ducks").approve(page);
  // The first is not accepted, and told so.
  io.type("wr0ng-c0de-wr0ng");
  await until(() => io.out.split("Code: ").length > 2);
  io.type(code);
  expect(await done).toBe(0);
  const { appdata } = JSON5.parse(await readFile(configFile(), "utf8"));
  const { token, client_secret: clientSecret } = appdata;
  expect([token, clientSecret].every((text) => typeof text === "string")).toBe(true);
  return ["wr0ng-c0de-wr0ng", code, token, clientSecret];
}

const configFile = () => join(folder, "groups", acct, "config.json5");

/** Everything that can go wrong between the daemon and a server that repeats what it is sent. */
async function misbehave(token: string): Promise<void> {
  const { faults } = host;
  const alice = host.user("alice");
  const echo = `You sent Authorization: Bearer ${token} and ?access_token=${token}`;
  const bodies = [
    { status: 500, body: `<html>${echo}</html>`, type: "text/html" },
    { status: 503, body: echo, type: "text/plain" },
    { status: 422, body: JSON.stringify({ error: echo, error_description: token }) },
    { status: 200, body: `{ "oops": "${token}", ` },
    { status: 302, body: "", headers: { location: `https://evil.test/?access_token=${token}` } },
  ];
  for (const body of bodies) {
    faults.failNext({ method: "POST", username: "ducks" }, { kind: "respond", ...body });
    await alice.post(`@${acct} look`);
  }
  faults.failNext({ method: "POST", username: "ducks" }, { kind: "drop", when: "before-effect" });
  await alice.post(`@${acct} /ping`, { visibility: "direct" });
  faults.streams.sendRaw("ducks", echo);
  faults.streams.sendRaw("ducks", JSON.stringify({ event: "notification", payload: token }));
  faults.streams.refuse(503);
  faults.streams.drop("ducks");
}

async function everyFile(): Promise<readonly { path: string; text: string; mode: number }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = names
    .filter((name) => name.isFile())
    .map((name) => join(name.parentPath, name.name));
  return await Promise.all(
    paths.map(async (path) => ({
      path,
      text: await readFile(path, "utf8"),
      mode: (await stat(path)).mode & 0o777,
    })),
  );
}

describe("whatever goes wrong", () => {
  it("no token, code or client secret is shown, or written but into config.json5", async () => {
    // Nothing may hold a secret in the first place, so the last resort is off.
    const secrets = new NoNet();
    const io = Object.assign(new RecordingIo({ cwd: folder }), { secrets });
    const known = await signIn(io);
    const [token = ""] = known.slice(-2);
    const options = { config: folder, level: "trace", clock: hasty } as const;
    const running = runCommand(options, io, stop.signal);
    await until(() => host.faults.streams.count("ducks") > 0, { timeoutMs: 10_000 });
    await misbehave(token);
    for (const line of ["trying again", "Could not open the stream"]) {
      await until(() => io.out.includes(line), { timeoutMs: 10_000, what: line });
    }
    // The token itself dies, and the group with it.
    host.user("ducks").revokeTokens();
    await host.user("alice").post(`@${acct} /ping`);
    expect(await until(() => running, { timeoutMs: 20_000 })).toBe(1);
    const shown = io.out + io.err;
    expect(shown).toContain("Sign it in again");
    for (const { path, text, mode } of await everyFile()) {
      if (path === configFile()) expect(mode).toBe(0o600);
      else for (const secret of known) expect(text, path).not.toContain(secret);
    }
    for (const secret of known) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/access_token=(?!…|\[secret\])/u);
    // The servers themselves were told where they need it, and in no address.
    const addresses = host.requests.map(({ path, query }) => JSON.stringify([path, query]));
    const [, code = ""] = known;
    for (const secret of [token, code]) expect(addresses.join("\n")).not.toContain(secret);
    for (const { headers } of host.requests) expect(headers).not.toHaveProperty("referer");
  }, 40_000);

  it("no file that cannot be read shows what is in it", async () => {
    const io = new RecordingIo({ cwd: folder });
    const [token = "", clientSecret = ""] = (await signIn(io)).slice(-2);
    const whole = await readFile(configFile(), "utf8");
    const broken = [
      whole.replace(/"token"/u, "token:"),
      whole.replace(/"token":\s*"/u, '"token": "two words '),
      whole.replace(`"${token}"`, token),
      whole.replace(/"token"/u, '"tokn"'),
      whole.replace(`"${token}"`, `["${token}"]`),
      whole.replace(/"base":\s*"/u, `"base": "https://${token}@`),
      whole.slice(0, whole.indexOf(token) + token.length),
      JSON.stringify({ acct, appdata: `${token} ${clientSecret}` }),
    ];
    for (const text of broken) {
      await writeFile(configFile(), text);
      const again = new RecordingIo({ cwd: folder });
      expect(await main(["-vv", "-c", folder], again, stop.signal)).toBe(78);
      expect(again.out + again.err, text).not.toContain(token);
      expect(again.out + again.err, text).not.toContain(clientSecret);
    }
  });
});

describe("the log", () => {
  const nasty = 'x\n{"level":"fatal","msg":"forged"}\r\u001b[2J\u009b31m\u202e\u2066\u061c\u2028y';

  it.each([true, false])("takes no orders from strangers (for a terminal: %s)", async (isTTY) => {
    const recording = new RecordingIo({ cwd: folder, env: { NO_COLOR: "1" } });
    await signIn(recording);
    const printed = recording.out.length;
    const io: Io = Object.assign(Object.create(recording), { isTTY });
    const eve = host.addUser({ username: "eve", displayName: nasty, note: nasty });
    const running = main(["-vv", "-c", folder], io, stop.signal);
    await until(() => host.faults.streams.count("ducks") > 0, { timeoutMs: 10_000 });
    const { streams } = host.faults;
    const say = (payload: object) =>
      streams.sendRaw(
        "ducks",
        JSON.stringify({ event: "notification", payload: JSON.stringify(payload) }),
      );
    const author = { id: nasty, acct: "eve@far.test", display_name: nasty, url: nasty };
    say({ id: nasty, type: nasty, account: author });
    say({ id: "f", type: "follow", account: { ...author, acct: nasty } });
    const post = { id: nasty, uri: nasty, account: author, content: nasty, spoiler_text: nasty };
    say({ id: "m", type: "mention", account: author, status: { ...post, visibility: nasty } });
    const error = JSON.stringify({ error: nasty });
    host.faults.failNext(
      { method: "POST", path: /statuses$/u, username: "ducks" },
      { kind: "respond", status: 422, body: error },
    );
    const ping = await eve.post(`@${acct} /ping ${nasty}`, { visibility: "direct" });
    await until(() => recording.out.slice(printed).includes(ping.id), { timeoutMs: 10_000 });
    await until(() => /for good/u.test(recording.out), { timeoutMs: 10_000 });
    stop.abort();
    await running;
    const lines = recording.out.slice(printed).trimEnd().split("\n");
    const start = isTTY ? /^\[\d{4}-/u : /^\{"level":"\w+","time":"/u;
    for (const line of lines) {
      expect(line).toMatch(start);
      expect(line).not.toMatch(/^.{0,40}fatal/iu);
      expect(line).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    }
  });
});
