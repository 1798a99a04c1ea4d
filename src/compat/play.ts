import type { ApiStatus, PostOptions, SandboxUser } from "../sandbox/surface.js";
import type { Daemon } from "../stage/daemon.js";
import { expectThat, groupAcct, groupName, plain, type Stage } from "../stage/stage.js";
import type { Feature, Server } from "./servers.js";

/** What a scenario is played with. */
export interface Play {
  readonly stage: Stage;
  readonly daemon: Daemon;
  readonly server: Server;
}

/** One thing that a group does. */
export interface Scenario {
  readonly name: string;
  /** A sentence. */
  readonly title: string;
  /** Is it part of the short suite? */
  readonly isCore?: true;
  /** Where the server lacks this, {@link without} is played in place of {@link play}. */
  readonly needs?: Feature;
  /** Rejects when the group does not do it. */
  readonly play: (play: Play) => Promise<void>;
  /** Checks that the group does the next best thing; resolves with what that is, in few words. */
  readonly without?: (play: Play) => Promise<string>;
}

/** How people write the group's address. */
export const group = `@${groupAcct}`;

/** What the group's host is told to allow: no default of anybody's, so it must have been read. */
export const maxCharacters = 600;

/** Somebody on the other server, who comes to be when first asked for. */
export function visitor({ stage }: Play, username: string): SandboxUser {
  return personOn(stage.away, username);
}

/** Somebody on the group's own server. */
export function neighbour({ stage }: Play, username: string): SandboxUser {
  return personOn(stage.home, username);
}

function personOn(host: Stage["home"], username: string): SandboxUser {
  try {
    return host.user(username);
  } catch {
    return host.addUser({ username });
  }
}

/** A visitor who belongs to the group. */
export async function member(play: Play, username: string): Promise<SandboxUser> {
  const person = visitor(play, username);
  if (await play.stage.followsBack(username)) return person;
  await person.follow(groupAcct);
  await play.stage.until(`the group to follow ${username} back`, () =>
    play.stage.followsBack(username),
  );
  return person;
}

/** Sends the group a private message. */
export function whisper(
  user: SandboxUser,
  text: string,
  options: PostOptions = {},
): Promise<ApiStatus> {
  return user.post(`${group} ${text}`, { ...options, visibility: "direct" });
}

/** A command by private message, and the answer that says what `about` looks for. */
export async function command(
  { stage }: Play,
  user: SandboxUser,
  text: string,
  about: RegExp,
): Promise<ApiStatus> {
  const question = await whisper(user, text);
  const answers = await stage.answersTo(user.username, question);
  const answer = answers.find((part) => about.test(plain(part)));
  if (answer !== undefined) return answer;
  throw new Error(`The answer to ${text} says nothing of ${about}: ${quoted(answers)}`);
}

/** An answer and all that continues it, in order; call it when the group is done. */
export async function thread(
  { stage }: Play,
  user: SandboxUser,
  question: ApiStatus,
): Promise<readonly ApiStatus[]> {
  const messages = await stage.messagesTo(user.username);
  const parts: ApiStatus[] = [];
  let last = question;
  for (;;) {
    const next = messages.filter(({ in_reply_to_id }) => in_reply_to_id === last.id);
    expectThat(next.length <= 1, `nothing is answered twice: ${quoted(next)}`);
    const [part] = next;
    if (part === undefined) return parts;
    parts.push(part);
    last = part;
  }
}

/** Waits for the announcement that holds this text. */
export function announcement({ stage }: Play, text: string): Promise<ApiStatus> {
  return stage.until("the announcement", async () =>
    (await stage.ownPosts()).find((own) => plain(own).includes(text)),
  );
}

/** The bodies of the posts that the daemon has sent to its server since then, oldest first. */
export function sentSince({ stage }: Play, sinceMs: number): readonly SentPost[] {
  return stage.home.requests
    .filter(
      ({ method, path, username, atMs }) =>
        method === "POST" &&
        path === "/api/v1/statuses" &&
        username === groupName &&
        atMs >= sinceMs,
    )
    .map(({ body, status }) => ({
      text: textIn(body, "status"),
      contentType: textIn(body, "content_type"),
      status,
    }));
}

/** A post on its way to the group's server. */
export interface SentPost {
  readonly text: string;
  readonly contentType: string;
  /** Of the server's answer. */
  readonly status: number | undefined;
}

function textIn(body: unknown, key: string): string {
  const value = new Map(Object.entries(Object(body))).get(key);
  return typeof value === "string" ? value : "";
}

/** @throws Error unless the log has a line with this message whose fields satisfy the test */
export function expectLogged(
  { daemon }: Play,
  message: string,
  test: (entry: Readonly<Record<string, unknown>>) => boolean,
): void {
  const entries = daemon.entries().filter(({ msg }) => msg === message);
  expectThat(
    entries.some(test),
    `the log says so in a line “${message}”: ${JSON.stringify(entries.at(-1))}`,
  );
}

/** Texts as an error shows them. */
export function quoted(statuses: readonly ApiStatus[]): string {
  return statuses.map((status) => `“${plain(status)}”`).join(" | ");
}
