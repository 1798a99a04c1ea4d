import { toAcct } from "../core/acct.js";
import { standingOf } from "../core/group.js";
import type { StatusId } from "../core/model.js";
import type { ApiAccount, ApiNotification, ApiStatus, SandboxUser } from "../sandbox/index.js";
import { plain } from "../stage/stage.js";
import type { Board } from "../watch/board.js";
import type { GroupSnapshot, Line } from "../watch/snapshot.js";
import { eventText, lineText, stateText } from "../watch/words.js";
import type { Notice, Person, Post, Scene, Verdict } from "./scene.js";
import type { World } from "./world.js";

/** What was found out about the post of a decision; it may be gone later. */
interface Told {
  readonly uri: string;
  readonly author: string;
  readonly text: string;
}

interface FoundAccount extends ApiAccount {
  readonly display_name: string;
  readonly followers_count: number;
}

/** Looks at a world; remembers what its decisions were about. */
export class Onlooker {
  readonly #world: World;
  readonly #told = new WeakMap<Board, Map<StatusId, Told>>();

  constructor(world: World) {
    this.#world = world;
  }

  /** @throws Error when there is no such person, or their server cannot be asked */
  async look(viewerAcct: string | undefined): Promise<Scene> {
    const world = this.#world;
    await world.ready();
    const { people, groupAcct, board } = world;
    const viewer = people.find(({ acct }) => acct === viewerAcct) ?? people[0];
    if (viewer === undefined) throw new Error("There is nobody here.");
    const snapshot = board.snapshot();
    const group = snapshot.groups[0];
    const decisions = await this.#decisions(group);
    const toPost = postsFor(viewer, groupAcct, decisions);
    const [home, notifications, account, posts, control] = await Promise.all([
      viewer.home(),
      viewer.notifications(),
      find(viewer, groupAcct),
      viewer.statusesOf(groupAcct),
      world.control(),
    ]);
    const relation = await viewer.api<readonly { readonly following: boolean }[]>(
      "GET",
      `/api/v1/accounts/relationships?id[]=${encodeURIComponent(account?.id ?? "")}`,
    );
    const toPerson = ({ acct }: SandboxUser): Person => {
      const known = toAcct(acct);
      return { acct, standing: known === undefined ? "guest" : standingOf(control, known) };
    };
    return {
      viewer: toPerson(viewer),
      people: people.map(toPerson),
      domains: world.sandbox.hosts.map(({ domain }) => domain),
      group: {
        acct: groupAcct,
        name: account?.display_name || groupAcct,
        ...stateOf(group, snapshot.now),
        followers: account?.followers_count ?? 0,
        tags: [...control.groupTags].sort(),
        isFollowed: relation[0]?.following === true,
        posts: posts.filter(({ visibility }) => visibility !== "direct").map(toPost),
      },
      home: home.map(toPost),
      notices: notifications.map((notice) => toNotice(notice, viewer, toPost)),
      decisions: decisions.map(({ line, told }) => ({
        ...verdictOf(line),
        at: line.at,
        event: `${eventText(line)}${line.author === undefined && told ? ` by ${told.author}` : ""}`,
        text: told?.text,
      })),
    };
  }

  async #decisions(group: GroupSnapshot | undefined): Promise<readonly Decided[]> {
    return await Promise.all(
      (group?.recent ?? []).map(async (line) => ({ line, told: await this.#about(line.status) })),
    );
  }

  /** The group's eyes see what is private, too: here nothing is anybody's secret. */
  async #about(id: StatusId | undefined): Promise<Told | undefined> {
    if (id === undefined) return undefined;
    const { group, board } = this.#world;
    const all = this.#told.get(board) ?? new Map<StatusId, Told>();
    this.#told.set(board, all);
    const known = all.get(id);
    if (known !== undefined) return known;
    try {
      const status = await group.api<ApiStatus>(
        "GET",
        `/api/v1/statuses/${encodeURIComponent(id)}`,
      );
      const author = whole(status.account.acct, group);
      const told = { uri: status.uri, author, text: plain(status) };
      all.set(id, told);
      return told;
    } catch {
      // Deleted before anybody looked.
      return undefined;
    }
  }
}

/** Where all is well there is no need to tell for how long, each time anew. */
function stateOf(group: GroupSnapshot | undefined, now: number) {
  const isWell = group?.phase === "live" && group.connection.how !== "none" && !group.isStuck;
  if (isWell) return { isWell, state: "at work" };
  return { isWell, state: group === undefined ? "starting" : stateText(group, now) };
}

interface Decided {
  readonly line: Line;
  readonly told: Told | undefined;
}

function verdictOf(line: Line): Verdict {
  const isShared = line.effects.some(
    ({ kind, outcome }) => kind === "reblog" && outcome === "done",
  );
  return { sentence: lineText(line), isShared };
}

/** A post comes by several roads; what led to something tells more than that it was known already. */
function verdictsByUri(decisions: readonly Decided[]): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  const byWeight = decisions
    .toReversed()
    .toSorted((a, b) => a.line.effects.length - b.line.effects.length);
  for (const { line, told } of byWeight) {
    if (told === undefined) continue;
    if (line.because === "already-shared" && verdicts.has(told.uri)) continue;
    verdicts.set(told.uri, verdictOf(line));
  }
  return verdicts;
}

function postsFor(viewer: SandboxUser, groupAcct: string, decisions: readonly Decided[]) {
  const verdicts = verdictsByUri(decisions);
  return (status: ApiStatus): Post => {
    const shown = status.reblog ?? status;
    const author = whole(shown.account.acct, viewer);
    return {
      entry: status.id,
      id: shown.id,
      author,
      at: shown.created_at,
      visibility: shown.visibility,
      warning: shown.spoiler_text,
      text: plain(shown),
      boostedBy: status.reblog === null ? undefined : whole(status.account.acct, viewer),
      isReply: shown.in_reply_to_id !== null,
      isOwn: author === viewer.acct,
      isBoosted: shown.reblogged === true,
      isOfGroup: author === groupAcct,
      verdict: verdicts.get(shown.uri),
    };
  };
}

function toNotice(
  { type, account, status }: ApiNotification,
  viewer: SandboxUser,
  toPost: (status: ApiStatus) => Post,
): Notice {
  const post = status === undefined ? undefined : toPost(status);
  return { type, from: whole(account.acct, viewer), at: post?.at, post };
}

/** Servers leave their own name out. */
function whole(acct: string, { acct: own, username }: SandboxUser): string {
  return acct.includes("@") ? acct : `${acct}${own.slice(username.length)}`;
}

async function find(viewer: SandboxUser, acct: string): Promise<FoundAccount | undefined> {
  const query = new URLSearchParams({ q: `@${acct}`, resolve: "true", type: "accounts" });
  const { accounts } = await viewer.api<{ readonly accounts: readonly FoundAccount[] }>(
    "GET",
    `/api/v2/search?${query}`,
  );
  return accounts.find((one) => whole(one.acct, viewer).toLowerCase() === acct);
}
