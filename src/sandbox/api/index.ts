import type { HostApi, LocalUser, World } from "../seam.js";
import type { HostOptions, SandboxOptions, UserOptions } from "../surface.js";
import { fetchStatus } from "./actions/federation.js";
import { acceptAll, type Behaviour, mastodon46 } from "./behaviour.js";
import { IdBook } from "./model/ids.js";
import type { Account, Host, LocalState, WorldState } from "./model/model.js";
import { statusId } from "./model/world.js";
import { routesOf } from "./routes/index.js";

/** What a world can be told; the rest has good defaults. */
export interface WorldOptions {
  readonly now?: () => number;
  /** What kind of server a host is. Default: Mastodon 4.6. */
  readonly behaviourOf?: (options: HostOptions) => Behaviour;
  readonly keeps?: SandboxOptions["keeps"] | undefined;
  readonly onStatus?: SandboxOptions["onStatus"] | undefined;
}

/** Makes a world without hosts. */
export function createWorld(options: WorldOptions = {}): World {
  let rows = 0;
  const world: WorldState = {
    now: options.now ?? Date.now,
    hosts: new Map(),
    statusByUri: new Map(),
    keeps: options.keeps ?? Number.POSITIVE_INFINITY,
    onStatus: options.onStatus ?? (() => undefined),
    nextRow: () => {
      rows += 1;
      return String(rows);
    },
  };
  const behaviourOf = options.behaviourOf ?? (() => mastodon46);
  return {
    addHost: (hostOptions, baseUrl, publish) => {
      const domain = hostOptions.domain.toLowerCase();
      if (world.hosts.has(domain)) throw new Error(`There are two hosts ${domain}.`);
      const behaviour = behaviourOf(hostOptions);
      const host: Host = {
        // The one world, as this host's clock dates it.
        world: { ...world, now: hostOptions.now ?? world.now },
        options: hostOptions,
        domain,
        baseUrl: baseUrl.replace(/\/$/, ""),
        behaviour,
        ids: new IdBook(world.hosts.size, behaviour.ids),
        users: new Map(),
        media: new Map(),
        publish: (account, event) => publish(localUser(host, account), event),
      };
      world.hosts.set(domain, host);
      return hostApi(host);
    },
  };
}

function hostApi(host: Host): HostApi {
  return {
    routes: routesOf(host),
    addUser: (options) => addUser(host, options),
    findUser: (username) => {
      const state = host.users.get(username.toLowerCase());
      return state && localUser(host, state.account);
    },
    isFunctional: ({ username }) => {
      const account = host.users.get(username.toLowerCase())?.account;
      return account?.moderation !== "suspended" && account?.movedTo === undefined;
    },
    media: (path) => {
      const media = host.media.get(path);
      return media && { bytes: media.bytes, type: media.type };
    },
    localStatusId: (uri) => {
      const status = fetchStatus(host, uri);
      return status && statusId(host, status);
    },
  };
}

function addUser(host: Host, options: UserOptions): LocalUser {
  const { username } = options;
  const key = username.toLowerCase();
  if (!/^[a-z0-9_]+([a-z0-9_.-]+[a-z0-9_]+)?$/.test(key)) {
    throw new Error(`"${username}" is no username.`);
  }
  if (host.users.has(key)) throw new Error(`There are two users ${username} on ${host.domain}.`);
  const account: Account = {
    host,
    username,
    ...host.behaviour.addresses.account(host.baseUrl, username),
    createdMs: host.world.now(),
    displayName: options.displayName ?? "",
    note: options.note ?? "",
    fields: options.fields ?? [],
    isLocked: options.isLocked ?? host.behaviour.locksNewAccounts,
    isBot: options.isBot ?? false,
    moderation: options.moderation,
    movedTo: options.movedTo,
    defaultPrivacy: undefined,
    isSensitiveByDefault: false,
    defaultLanguage: undefined,
    following: new Map(),
    followers: new Map(),
    requests: new Map(),
    blocking: new Set(),
    muting: new Map(),
    pins: [],
    followedTags: new Set(),
    statuses: [],
    statusesCount: 0,
  };
  const state: LocalState = {
    account,
    accountId: host.ids.learn(account, account.createdMs),
    home: [],
    notifications: [],
    policy: { ...(host.behaviour.notificationPolicy ?? acceptAll) },
    requests: [],
    permitted: new Set(),
    mutedThreads: new Set(),
    settings: new Map(),
    markers: new Map(),
  };
  host.users.set(key, state);
  return localUser(host, account);
}

function localUser(host: Host, account: Account): LocalUser {
  return {
    accountId: host.ids.learn(account, account.createdMs),
    username: account.username,
  };
}
