/** What one group must have done in the end: exactly this, once each, and nothing else. */
export interface Expected {
  /** The uris of the posts that it shares. */
  readonly shared: Set<string>;
  /** By the uri of the post with the command. */
  readonly answers: Map<string, ExpectedAnswer>;
  /** Whom it welcomes, by address. */
  readonly welcomed: Set<string>;
  /** A piece of each announcement that tells it from the others. */
  readonly announced: Set<string>;
  /** Whom it follows, by address. */
  readonly followed: Set<string>;
  readonly control: ExpectedControl;
}

/** The answer to one post: a thread of one part or several. */
export interface ExpectedAnswer {
  /** What was asked, for people. */
  readonly question: string;
  /** The only person mentioned. */
  readonly to: string;
  readonly visibility: string;
  /** Everything that the parts together must say, each thing once. */
  readonly says: readonly string[];
}

/** The lists of `control.json5`, by their keys. */
export type ExpectedControl = Readonly<Record<ControlList, Set<string>>>;

/** The lists that commands change. */
export type ControlList =
  | "group_tags"
  | "admin_users"
  | "member_users"
  | "banned_users"
  | "banned_servers"
  | "optout_users";

/** Nothing, but for the control that the group begins with. */
export function expectNothing(control: { readonly [key in ControlList]?: string[] }): Expected {
  const listOf = (key: ControlList) => new Set(control[key]);
  return {
    shared: new Set(),
    answers: new Map(),
    welcomed: new Set(),
    announced: new Set(),
    followed: new Set(),
    control: {
      group_tags: listOf("group_tags"),
      admin_users: listOf("admin_users"),
      member_users: listOf("member_users"),
      banned_users: listOf("banned_users"),
      banned_servers: listOf("banned_servers"),
      optout_users: listOf("optout_users"),
    },
  };
}

/** What one group has done, as everybody outside can see it. */
export interface Seen {
  /** The uri of what each boost boosts. */
  readonly boosts: readonly string[];
  readonly posts: readonly SeenPost[];
  readonly followed: readonly string[];
  /** `control.json5` as it was read. */
  readonly control: Readonly<Record<string, unknown>>;
}

/** A post of the group's own. */
export interface SeenPost {
  readonly uri: string;
  readonly inReplyTo: string | undefined;
  readonly text: string;
  readonly visibility: string;
  readonly mentions: readonly string[];
}

/** Something that is not as it must be. */
export interface Finding {
  readonly kind: "lost" | "doubled" | "wrong";
  /** What was expected, and what was seen instead. */
  readonly what: string;
}

/** Compares what was to be with what is. Empty: all is well. */
export function judge(expected: Expected, seen: Seen): readonly Finding[] {
  const findings: Finding[] = [];
  const found = (kind: Finding["kind"], what: string) => void findings.push({ kind, what });
  const once = (count: number, what: string) => {
    if (count === 0) found("lost", `${what}: expected once, seen never`);
    if (count > 1) found("doubled", `${what}: expected once, seen ${count} times`);
  };

  for (const uri of expected.shared) {
    once(seen.boosts.filter((boost) => boost === uri).length, `the boost of ${uri}`);
  }
  for (const uri of new Set(seen.boosts)) {
    if (!expected.shared.has(uri)) found("wrong", `a boost of ${uri} that must not be`);
  }

  const accounted = new Set<SeenPost>();
  const take = (posts: readonly SeenPost[]) => {
    for (const post of posts) accounted.add(post);
    return posts;
  };
  const repliesTo = (uri: string) => seen.posts.filter(({ inReplyTo }) => inReplyTo === uri);
  for (const [uri, answer] of expected.answers) {
    const what = `the answer to ${answer.question} (${uri})`;
    const parts: SeenPost[] = [];
    for (let next = take(repliesTo(uri)); ; ) {
      const [part] = next;
      if (next.length > 1 || parts.length === 0) once(next.length, `${what}, part ${parts.length}`);
      if (part === undefined) break;
      parts.push(part);
      next = take(repliesTo(part.uri));
    }
    if (parts.length > 0) judgeAnswer(answer, parts, what, found);
  }

  const rest = () => seen.posts.filter((post) => !accounted.has(post));
  for (const acct of expected.welcomed) {
    const isWelcome = (post: SeenPost) =>
      post.inReplyTo === undefined && post.visibility === "direct" && post.mentions[0] === acct;
    once(take(rest().filter(isWelcome)).length, `the welcome of ${acct}`);
  }
  for (const text of expected.announced) {
    const isIt = (post: SeenPost) => post.visibility === "public" && post.text.includes(text);
    once(take(rest().filter(isIt)).length, `the announcement of ${text}`);
  }
  for (const { uri, visibility, mentions, text } of rest()) {
    const about = `${visibility}, to ${mentions.join(", ") || "nobody"}: ${text.slice(0, 80)}`;
    found("wrong", `a post that nobody asked for (${uri}, ${about})`);
  }

  compare("the people it follows", expected.followed, seen.followed, found);
  for (const [key, list] of Object.entries(expected.control)) {
    const { [key]: value = [] } = seen.control;
    compare(`${key} in control.json5`, list, Array.isArray(value) ? value : [value], found);
  }
  return findings;
}

type Found = (kind: Finding["kind"], what: string) => void;

function judgeAnswer(
  { says, to, visibility }: ExpectedAnswer,
  parts: readonly SeenPost[],
  what: string,
  found: Found,
): void {
  const text = parts.map((part) => part.text).join("\n");
  for (const piece of says) {
    const count = text.split(piece).length - 1;
    const kind = count === 0 ? "lost" : "doubled";
    if (count !== 1) found(kind, `${what} says “${piece}” ${count} times, not once: ${text}`);
  }
  for (const part of parts) {
    if (part.visibility !== visibility) {
      found("wrong", `${what} is ${part.visibility} and not ${visibility}`);
    }
    if (part.mentions.join() !== to) {
      found("wrong", `${what} is to ${part.mentions.join(", ") || "nobody"} and not to ${to}`);
    }
  }
}

function compare(
  what: string,
  expected: ReadonlySet<string>,
  seen: readonly unknown[],
  found: Found,
): void {
  for (const item of expected) if (!seen.includes(item)) found("lost", `${item} among ${what}`);
  for (const item of new Set(seen)) {
    if (!expected.has(String(item))) found("wrong", `${item} among ${what}`);
    const count = seen.filter((other) => other === item).length;
    if (count > 1) found("doubled", `${item} among ${what}: ${count} times`);
  }
}
