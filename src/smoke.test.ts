/** What a group does on its first day, with a real server's API on the other side. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "./cli/main.js";
import { type ApiStatus, type Sandbox, type SandboxUser, startSandbox } from "./sandbox/index.js";
import { RecordingIo } from "./testing/recording-io.js";
import { until } from "./testing/until.js";

let folder: string;
let groupFolder: string;
let sandbox: Sandbox;
let io: RecordingIo;
let stop: AbortController;
let running: Promise<number>;
let group: SandboxUser;
let ann: SandboxUser;
let bob: SandboxUser;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fedigroups-smoke-"));
  sandbox = await startSandbox({ hosts: [{ domain: "one.test" }, { domain: "two.test" }] });
  const one = sandbox.host("one.test");
  group = one.addUser({ username: "ducks" });
  ann = one.addUser({ username: "ann" });
  bob = sandbox.host("two.test").addUser({ username: "bob" });
  groupFolder = join(folder, "groups", group.acct);
  await mkdir(groupFolder, { recursive: true });
  const appdata = { base: one.baseUrl, token: group.token, tokn: "a slip" };
  const control = { admin_users: [ann.acct], group_tags: ["duckpond"], our_note: "keep" };
  await writeFile(
    join(groupFolder, "config.json"),
    JSON.stringify({ acct: group.acct, character_limit: 5000, appdata }),
  );
  await chmod(join(groupFolder, "config.json"), 0o400);
  await writeFile(join(groupFolder, "control.json"), JSON.stringify(control));
  io = new RecordingIo({ cwd: folder });
  stop = new AbortController();
  running = main([], io, stop.signal);
  await until(() => one.faults.streams.count("ducks") > 0);
});

afterEach(async () => {
  stop.abort();
  await running;
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

interface Control {
  readonly group_tags: readonly string[];
  readonly member_only: boolean;
  readonly member_users: readonly string[];
  readonly banned_users: readonly string[];
}

async function control(): Promise<Partial<Control>> {
  return JSON5.parse(await readFile(join(groupFolder, "control.json"), "utf8"));
}

async function isFollowing(who: SandboxUser): Promise<boolean> {
  const query = new URLSearchParams({ q: `@${who.acct}`, resolve: "true" });
  const [account] = await group.api<{ id: string }[]>(
    "GET",
    `/api/v1/accounts/search?${query.toString()}`,
  );
  const [relation] = await group.api<{ following: boolean }[]>(
    "GET",
    `/api/v1/accounts/relationships?id[]=${account?.id}`,
  );
  return relation?.following === true;
}

async function welcomeOf(who: SandboxUser): Promise<ApiStatus> {
  return until(async () => {
    const mention = (await who.notifications()).find(({ type }) => type === "mention");
    return mention?.status;
  });
}

const postsOfGroup = () => ann.statusesOf(group.acct);

describe("a group's first day", () => {
  it("goes as people know it: follow, hashtag, announcement, ban, leave", async () => {
    for (const who of [ann, bob]) {
      await who.follow(group.acct);
      const welcome = await welcomeOf(who);
      expect(welcome.visibility).toBe("direct");
      expect(welcome.content).toContain("Welcome to the group!");
      await until(async () => (await control()).member_users?.includes(who.acct));
      await until(() => isFollowing(who));
    }

    const tagged = await bob.post("My first swim on the #DuckPond");
    await until(async () =>
      (await postsOfGroup()).some(({ reblog }) => reblog?.uri === tagged.uri),
    );

    const welcome = await welcomeOf(ann);
    await ann.post(`@${group.username} /announce Down tonight at nine`, {
      inReplyTo: welcome.id,
      visibility: "direct",
    });
    const announcement = await until(async () =>
      (await postsOfGroup()).find(({ content }) => content.includes("Down tonight at nine")),
    );
    expect(announcement).toMatchObject({ visibility: "public", in_reply_to_id: null });

    await ann.post(`@${group.username} /delete`, {
      inReplyTo: announcement.id,
      visibility: "direct",
    });
    await until(async () => !(await postsOfGroup()).some(({ id }) => id === announcement.id));

    await ann.post(`@${group.username} /ban ${bob.acct}`, { visibility: "direct" });
    await until(async () => (await control()).banned_users?.includes(bob.acct));
    expect((await control()).member_users).not.toContain(bob.acct);
    await until(async () => !(await isFollowing(bob)));

    await ann.post(`@${group.username} /leave`, { visibility: "direct" });
    await until(async () => !(await isFollowing(ann)));
    expect(await control()).toMatchObject({
      admin_users: [ann.acct],
      member_users: [],
      our_note: "keep",
    });

    stop.abort();
    expect(await running).toBe(0);
  });

  it("touches no file but control and state, and tells of each unknown key once", async () => {
    const before = await readFile(join(groupFolder, "config.json"), "utf8");
    await ann.post(`@${group.username} /add #geese`, { visibility: "direct" });
    await until(async () => (await control()).group_tags?.includes("geese"));
    await ann.post(`@${group.username} /closegroup`, { visibility: "direct" });
    await until(async () => (await control()).member_only);
    stop.abort();
    expect(await running).toBe(0);
    expect(await readFile(join(groupFolder, "config.json"), "utf8")).toBe(before);
    for (const key of ["appdata.tokn", "our_note"]) {
      expect(io.out.split("\n").filter((line) => line.includes(`${key} (line`))).toHaveLength(1);
    }
  });
});
