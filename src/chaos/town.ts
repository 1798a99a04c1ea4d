import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../clock.js";
import { startSandbox } from "../sandbox/index.js";
import type { FlavourName, Sandbox, SandboxHost, SandboxUser } from "../sandbox/surface.js";
import { type Expected, expectNothing } from "./oracle.js";
import { type FaultyProxy, startProxy } from "./proxy.js";
import { History } from "./view.js";

const homeDomain = "home.test";
const awayDomain = "away.test";

/** A group, its account, and what it must have done in the end. */
export interface Group {
  readonly name: string;
  readonly acct: string;
  readonly tag: string;
  readonly user: SandboxUser;
  readonly folder: string;
  readonly expected: Expected;
}

/** Two servers, two groups on one of them behind a bad network, and people all around. */
export interface Town extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** Where the groups live; the daemon reaches it through the proxy alone. */
  readonly home: SandboxHost;
  readonly away: SandboxHost;
  readonly proxy: FaultyProxy;
  readonly groups: readonly Group[];
  readonly history: History;
  /** Sets the clocks of the servers wrong, which agree with each other. */
  setSkew(skewMs: number): void;
  /** Whether people on the groups' own server can be members there: Hollo does not tell of them. */
  readonly hasNeighbours: boolean;
  /** Somebody new. */
  newcomer(name: string, isNeighbour?: boolean): SandboxUser;
  /** Somebody who is there. */
  who(name: string): SandboxUser;
}

/** What the daemon's pauses are made short by; the rest is as in life. */
const hastySettings = {
  // Nothing may be skipped on purpose.
  max_catchup_notifs: 2000,
  max_catchup_statuses: 2000,
  poll_interval_s: 5,
  delay_fetch_page_s: 0.1,
  delay_reopen_closed_s: 0.5,
  delay_reopen_error_s: 0.5,
  socket_alive_timeout_s: 10,
  socket_retire_time_s: 40,
};

/** Builds it in an empty folder, with the daemon's files and nobody but alice, who is admin. */
export async function buildTown(folder: string, flavour: FlavourName): Promise<Town> {
  const proxy = await startProxy();
  const history = new History();
  let skewMs = 0;
  const now = () => systemClock.now() + skewMs;
  const sandbox = await startSandbox({
    hosts: [
      {
        ...{ domain: homeDomain, flavour, maxCharacters: 500, publicUrl: proxy.baseUrl },
        // The daemon's time runs faster than the server's, so these would not fit.
        tellsRateLimits: false,
        now,
      },
      { domain: awayDomain, tellsRateLimits: false, now },
    ],
    onStatus: (change) => history.note(change),
  });
  const home = sandbox.host(homeDomain);
  const away = sandbox.host(awayDomain);
  proxy.leadTo(home.baseUrl);
  const people = new Map<string, SandboxUser>();
  const newcomer = (username: string, isNeighbour = false) => {
    const person = (isNeighbour ? home : away).addUser({ username, isLocked: false });
    people.set(username, person);
    return person;
  };
  const alice = newcomer("alice");
  const groups: Group[] = [];
  for (const name of ["ducks", "geese"]) {
    const user = home.addUser({ username: name, isBot: true });
    const groupFolder = join(folder, "groups", user.acct);
    const control = { group_tags: [name], admin_users: [alice.acct] };
    await mkdir(groupFolder, { recursive: true });
    await writeFile(join(groupFolder, "control.json5"), JSON.stringify(control));
    const expected = expectNothing(control);
    groups.push({ name, user, expected, folder: groupFolder, acct: user.acct, tag: name });
  }
  for (const group of groups) await signIn(group, proxy.baseUrl);
  await writeFile(join(folder, "groups.json5"), JSON.stringify(hastySettings));
  return {
    ...{ sandbox, home, away, proxy, groups, history, newcomer },
    hasNeighbours: flavour !== "hollo",
    setSkew: (wanted) => {
      skewMs = wanted;
    },
    who: (name) => {
      const person = people.get(name);
      if (person === undefined) throw new Error(`There is no ${name} in town.`);
      return person;
    },
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

/** Writes the token that works now where the daemon looks for it, as `fedigroups -A` does. */
export async function signIn({ acct, folder, user }: Group, baseUrl: string): Promise<void> {
  const config = { acct, appdata: { base: baseUrl, token: user.token } };
  await writeFile(join(folder, "config.json5"), JSON.stringify(config), { mode: 0o600 });
}
