/** The whole program: files in a real folder, the real daemon, real sockets, three groups on two hosts. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "./cli/main.js";
import { type Sandbox, type SandboxUser, startSandbox } from "./sandbox/index.js";
import { RecordingIo } from "./testing/recording-io.js";
import { until } from "./testing/until.js";

let folder: string;
let sandbox: Sandbox;
let io: RecordingIo;
let stop: AbortController;
let running: Promise<number> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedigroups-daemon-"));
  sandbox = await startSandbox({ hosts: [{ domain: "one.test" }, { domain: "two.test" }] });
});

afterEach(async () => {
  stop?.abort();
  await running;
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

/** A group as the Rust program keeps it: plain JSON, one folder. */
async function install(user: SandboxUser, domain: string, control: object): Promise<string> {
  const group = join(folder, "groups", user.acct);
  await mkdir(group, { recursive: true });
  const config = {
    enabled: true,
    locale: "en",
    acct: user.acct,
    character_limit: 5000,
    appdata: {
      base: sandbox.host(domain).baseUrl,
      client_id: "id",
      client_secret: "secret",
      redirect: "urn:ietf:wg:oauth:2.0:oob",
      token: user.token,
    },
  };
  await writeFile(join(group, "config.json"), JSON.stringify(config), { mode: 0o600 });
  await writeFile(join(group, "control.json"), JSON.stringify(control));
  return group;
}

async function startDaemon(groups: readonly SandboxUser[]): Promise<void> {
  io = new RecordingIo({ cwd: folder });
  stop = new AbortController();
  running = main(["-v"], io, stop.signal);
  await until(
    () =>
      groups.every(({ username, acct }) => {
        const [, domain = ""] = acct.split("@");
        return sandbox.host(domain).faults.streams.count(username) > 0;
      }),
    { timeoutMs: 10_000 },
  );
}

async function stopDaemon(): Promise<number | undefined> {
  stop.abort();
  return running;
}

async function boostsOf(group: SandboxUser, viewer: SandboxUser): Promise<readonly string[]> {
  const statuses = await viewer.statusesOf(group.acct);
  return statuses.flatMap(({ reblog }) => (reblog === null ? [] : [reblog.uri]));
}

const json = async (path: string): Promise<Record<string, unknown>> =>
  JSON5.parse(await readFile(path, "utf8"));

describe("the daemon", () => {
  it("runs three groups on two hosts, each on its own", async () => {
    const one = sandbox.host("one.test");
    const two = sandbox.host("two.test");
    const groups = [
      one.addUser({ username: "ducks" }),
      one.addUser({ username: "geese" }),
      two.addUser({ username: "swans" }),
    ];
    const ann = one.addUser({ username: "ann" });
    const bob = two.addUser({ username: "bob" });
    for (const group of groups) {
      await install(group, group.acct.split("@")[1] ?? "", { admin_users: [ann.acct] });
    }
    await startDaemon(groups);
    const posts = await Promise.all(
      groups.flatMap(({ acct }) => [ann.post(`@${acct} from ann`), bob.post(`from bob @${acct}`)]),
    );
    for (const [index, group] of groups.entries()) {
      const expected = posts.slice(index * 2, index * 2 + 2).map(({ uri }) => uri);
      const boosts = await until(async () => {
        // Servers do not tell each other of boosts by people whom nobody there follows.
        const found = await boostsOf(group, group.acct.endsWith("@one.test") ? ann : bob);
        return found.length >= 2 ? found : undefined;
      });
      expect([...boosts].sort()).toEqual(expected.sort());
    }
    expect(await stopDaemon()).toBe(0);
    expect(io.out).not.toContain(groups[0]?.token);
  });

  it("keeps the others running when one group's files are broken", async () => {
    const one = sandbox.host("one.test");
    const good = one.addUser({ username: "ducks" });
    const bad = one.addUser({ username: "geese" });
    const ann = one.addUser({ username: "ann" });
    await install(good, "one.test", {});
    const badFolder = await install(bad, "one.test", {});
    await writeFile(join(badFolder, "control.json"), '{ "member_only": tru');
    await startDaemon([good]);
    const post = await ann.post(`@${good.acct} hello`);
    await until(async () => (await boostsOf(good, ann)).includes(post.uri));
    expect(io.err + io.out).toMatch(/control\.json/u);
    expect(await readFile(join(badFolder, "control.json"), "utf8")).toBe('{ "member_only": tru');
  });

  it("takes over an installation of the Rust program and loses no key of it", async () => {
    const one = sandbox.host("one.test");
    const group = one.addUser({ username: "ducks" });
    const ann = one.addUser({ username: "ann" });
    const bob = sandbox.host("two.test").addUser({ username: "bob" });
    const control = {
      group_tags: ["ducks"],
      admin_users: [ann.acct],
      member_only: false,
      member_users: [ann.acct, "old@gone.example"],
      banned_users: ["spam@bad.example"],
      banned_servers: ["worse.example"],
      optout_users: ["shy@far.example"],
      a_key_of_their_own: { kept: true },
    };
    const groupFolder = await install(group, "one.test", control);
    await writeFile(
      join(folder, "groups.json"),
      `{
        // written for the Rust program
        "groups_dir": "groups", "locales_dir": "locales", "validate_locales": true,
        "max_catchup_notifs": 30, "max_catchup_statuses": 50, "delay_fetch_page_s": 0.25,
        "delay_after_post_s": 0.0, "delay_reopen_closed_s": 0.5, "delay_reopen_error_s": 5.0,
        "socket_alive_timeout_s": 30.0, "socket_retire_time_s": 120.0,
      }`,
    );
    await writeFile(join(groupFolder, "messages.json"), '{ "ping_response": "quack {version}" }');
    await mkdir(join(folder, "locales"));
    await writeFile(join(folder, "locales", "xx.json"), '{ "ping_response": "xx {version}" }');
    const missed = await bob.post(`@${group.acct} while nobody was there`);
    await writeFile(
      join(groupFolder, "state.json"),
      JSON.stringify({ last_notif_ts: Date.now() - 60_000, last_status_ts: Date.now() - 60_000 }),
    );
    await startDaemon([group]);
    await until(async () => (await boostsOf(group, ann)).includes(missed.uri));
    const commands = [
      "/add #geese",
      "/remove #ducks",
      "/ban x@bad.example",
      "/closegroup",
      "/opengroup",
    ];
    for (const command of commands) {
      await ann.post(`@${group.acct} ${command}`, { visibility: "direct" });
    }
    await bob.follow(group.acct);
    const ping = await ann.post(`@${group.acct} /ping`, { visibility: "direct" });
    const pong = await until(async () =>
      (await ann.notifications()).find(({ status }) => status?.in_reply_to_id === ping.id),
    );
    expect(pong.status?.content).toContain("quack");
    await until(async () => {
      const { member_users: members } = await json(join(groupFolder, "control.json"));
      return JSON.stringify(members).includes(bob.acct);
    });
    expect(await stopDaemon()).toBe(0);
    const after = await json(join(groupFolder, "control.json"));
    expect(Object.keys(after).sort()).toEqual(Object.keys(control).sort());
    expect(after).toMatchObject({
      group_tags: ["geese"],
      banned_users: ["spam@bad.example", "x@bad.example"],
      banned_servers: ["worse.example"],
      optout_users: ["shy@far.example"],
      a_key_of_their_own: { kept: true },
    });
    const state = await json(join(groupFolder, "state.json"));
    expect(Object.keys(state)).toEqual(expect.arrayContaining(["last_notif_ts", "last_status_ts"]));
  });

  it("catches up on what was posted while it was away, and repeats nothing", async () => {
    const one = sandbox.host("one.test");
    const group = one.addUser({ username: "ducks" });
    const ann = one.addUser({ username: "ann" });
    const bob = sandbox.host("two.test").addUser({ username: "bob" });
    await install(group, "one.test", { admin_users: [ann.acct] });
    await startDaemon([group]);
    const before = await ann.post(`@${group.acct} before`);
    await until(async () => (await boostsOf(group, ann)).includes(before.uri));
    expect(await stopDaemon()).toBe(0);
    const away = [await ann.post(`@${group.acct} one`), await bob.post(`@${group.acct} two`)];
    const ping = await bob.post(`@${group.acct} /ping`, { visibility: "direct" });
    await startDaemon([group]);
    const answers = async () =>
      (await bob.notifications()).filter(({ status }) => status?.in_reply_to_id === ping.id);
    await until(async () => (await answers()).length > 0);
    await until(async () => (await boostsOf(group, ann)).length === 3);
    const after = await bob.post(`@${group.acct} /ping`, { visibility: "direct" });
    await until(async () =>
      (await bob.notifications()).some(({ status }) => status?.in_reply_to_id === after.id),
    );
    expect(await answers()).toHaveLength(1);
    const boosts = await boostsOf(group, ann);
    expect([...boosts].sort()).toEqual([before, ...away].map(({ uri }) => uri).sort());
  });
});
