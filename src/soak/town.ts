import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type {
  FlavourName,
  HostOptions,
  Sandbox,
  SandboxHost,
  SandboxUser,
} from "../sandbox/surface.js";

/** A group and the people who have to do with it. */
export interface Circle {
  /** The group's own account; only for preparations and for looking. */
  readonly group: SandboxUser;
  readonly host: SandboxHost;
  readonly flavour: FlavourName;
  /** Where the group's files are. */
  readonly folder: string;
  readonly admin: SandboxUser;
  /** Is followed by the group. */
  readonly member: SandboxUser;
  /** Knows the group and is not followed by it. */
  readonly guest: SandboxUser;
  /** Comes and goes. */
  readonly stranger: SandboxUser;
  readonly tag: string;
  /** Where all these people live. */
  readonly peopleUrl: string;
}

const away = "people.test";
/** In half a minute of twenty events a second all of them are used. */
const flavours: readonly FlavourName[] = [
  ...(["mastodon-4.6", "pleroma-2.7", "gotosocial-0.20", "mastodon-4.6", "hollo"] as const),
  ...(["mastodon-4.6", "mastodon-4.6", "pleroma-2.7", "mastodon-4.6", "mastodon-4.6"] as const),
];

/** Big enough for posts that are. */
const maxCharacters = 200_000;

function flavourOf(index: number): FlavourName {
  return flavours[index % flavours.length] ?? "mastodon-4.6";
}

/** GoToSocial counts by address, so every group has a server of its own there, as in life. */
function domainOf(index: number): string {
  const flavour = flavourOf(index);
  const [name = flavour] = flavour.split("-");
  return flavour === "gotosocial-0.20" ? `${name}${index}.test` : `${name}.test`;
}

/** The addresses of so many groups. */
export function groupNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `group${index}@${domainOf(index)}`);
}

/** The servers that so many groups need, and the one where people live. */
export function hostsFor(count: number): readonly HostOptions[] {
  const hosts = new Map<string, HostOptions>([[away, { domain: away, maxCharacters }]]);
  for (let index = 0; index < count; index++) {
    hosts.set(domainOf(index), { domain: domainOf(index), flavour: flavourOf(index) });
  }
  return [...hosts.values()];
}

/** Makes the accounts of everybody, lets groups and members follow each other, and writes the files. */
export async function settle(
  sandbox: Sandbox,
  count: number,
  folder: string,
): Promise<readonly Circle[]> {
  const circles = Array.from({ length: count }, (_, index) => aCircle(sandbox, index, folder));
  for (const { group, member } of circles) {
    await member.follow(group.acct);
    await letIn(group);
    await group.follow(member.acct);
  }
  return circles;
}

function aCircle(sandbox: Sandbox, index: number, folder: string): Circle {
  const host = sandbox.host(domainOf(index));
  const person = (role: string) =>
    sandbox.host(away).addUser({ username: `${role}${index}`, displayName: `${role} ${index}` });
  const group = host.addUser({ username: `group${index}`, isBot: true });
  return {
    ...{ group, host, flavour: flavourOf(index), folder: join(folder, "groups", group.acct) },
    ...{ admin: person("admin"), member: person("member") },
    ...{ guest: person("guest"), stranger: person("stranger"), tag: `tag${index}` },
    peopleUrl: sandbox.host(away).baseUrl,
  };
}

async function letIn(group: SandboxUser): Promise<void> {
  type Asking = readonly { readonly id: string }[];
  const asking = await group.api<Asking>("GET", "/api/v1/follow_requests");
  for (const { id } of asking) await group.api("POST", `/api/v1/follow_requests/${id}/authorize`);
}

/** More than is kept of anything that is bounded; the rest is left out at once. */
const more = 3_000;
/** How long the ids of statuses and of notifications are. */
const idLengths = {
  mastodon: [18, 5],
  pleroma: [18, 5],
  gotosocial: [26, 26],
  hollo: [36, 70],
} as const;

/**
 * Writes the files of a group that has run for years: every bounded list of its state is full, and of
 * texts as long as those that take their place, so that there is no reason to grow.
 */
export async function writeFiles(circle: Circle, nowMs: number): Promise<void> {
  const { group, host, folder, admin, member, tag, flavour } = circle;
  const [name] = flavour.split("-");
  const kind = name === "pleroma" || name === "gotosocial" || name === "hollo" ? name : "mastodon";
  const [statusLength, notificationLength] = idLengths[kind];
  const old = (length: number) =>
    Array.from({ length: more }, (_, index) => String(index).padStart(length, "9"));
  const uris = (digit: number) => {
    const [lengthOfUri] = idLengths.mastodon;
    const page = `${circle.peopleUrl}/users/${member.username}/statuses`;
    return old(lengthOfUri - 1).map((id) => `${page}/${digit}${id}`);
  };
  const shares = uris(4);
  const config = { acct: group.acct, appdata: { base: host.baseUrl, token: group.token } };
  const control = { admin_users: [admin.acct], member_users: [member.acct], group_tags: [tag] };
  const state = {
    last_notif_ts: nowMs,
    last_status_ts: nowMs,
    seen_notifs: old(notificationLength),
    seen_statuses: uris(1),
    handled: uris(2),
    passed: uris(3),
    shared: old(statusLength).map((status, index) => ({
      ...{ uri: shares[index] ?? "", status, by: member.acct, at: nowMs },
    })),
    // The member's follow may still be news, and then comes to nothing.
    welcomed: { [member.acct]: nowMs },
  };
  await mkdir(folder, { recursive: true });
  const write = (name: string, value: unknown) =>
    writeFile(join(folder, `${name}.json5`), JSON.stringify(value), { mode: 0o600 });
  await write("config", config);
  await write("control", control);
  await write("state", state);
}
