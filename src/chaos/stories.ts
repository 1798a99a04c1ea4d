import type { ApiStatus, PostOptions, SandboxUser } from "../sandbox/surface.js";
import type { ExpectedAnswer } from "./oracle.js";
import type { Random } from "./random.js";
import type { Group, Town } from "./town.js";

/**
 * Something that people do, in one step or several. Before each further step it waits for a fact,
 * for what is ordered in one post must be settled before the next post orders the contrary.
 */
export type Story = AsyncGenerator<() => boolean, void, undefined>;

/** Begins a story; most are over with their first step. */
export type Tell = (telling: Telling) => Story | Promise<void>;

/** How many posts of which kind there were. */
export interface Tally {
  posts: number;
  commands: number;
  follows: number;
}

/** What a story is told with. */
export interface Telling {
  readonly town: Town;
  readonly group: Group;
  /** The other group. */
  readonly other: Group;
  readonly random: Random;
  readonly tally: Tally;
  /** Another one each time. */
  readonly number: () => number;
}

/** People who write to both groups. The first two are members of both. */
export const members = ["bob", "carol"];
const strangers = ["sam", "lena"];
/** Somebody who is banned before anything happens. */
export const troll = "troll";

/** One story of each kind, and how often it is told beside the others. */
export const stories: readonly (readonly [weight: number, tell: Tell])[] = [
  [10, shareByMention],
  [6, shareByTag],
  [5, silence],
  [6, ask],
  [2, refuse],
  [2, announce],
  [4, boostForSomebody],
  [2, shareAndUndo],
  [4, banAndUnban],
  [3, addAndRemoveTag],
  [3, addAndRemoveSomebody],
  [2, opAndDeop],
  [2, optOutAndIn],
  [4, follow],
  [3, joinAndLeave],
];

async function shareByMention(telling: Telling): Promise<void> {
  const { group, other, random } = telling;
  const author = somebody(telling, [...members, ...strangers]);
  const groups = random.chance(0.2) ? [group, other] : [group];
  const names = groups.map(({ acct }) => `@${acct}`).join(" ");
  const tail = random.pick(["", " foo/b", " https://far.example/ban/me", " and/or /bleble"]);
  const post = await say(telling, author, `${names} a sight${tail}`, {
    visibility: random.pick(["public", "unlisted"]),
  });
  for (const one of groups) one.expected.shared.add(post.uri);
}

async function shareByTag(telling: Telling): Promise<void> {
  const { group, random } = telling;
  const author = somebody(telling, members);
  const inReplyTo = random.chance(0.3) ? (await say(telling, author, "a thread")).id : undefined;
  const options = inReplyTo === undefined ? {} : { inReplyTo };
  const post = await say(telling, author, `look, #${group.tag}!`, options);
  group.expected.shared.add(post.uri);
}

/** What must have no effect at all. */
async function silence(telling: Telling): Promise<void> {
  const { group, random } = telling;
  const name = `@${group.acct}`;
  const author = somebody(telling, members);
  switch (random.below(7)) {
    case 0: {
      const { id } = await say(telling, author, "the beginning");
      await say(telling, author, `${name} the end`, { inReplyTo: id });
      break;
    }
    case 1:
      await say(telling, author, `${name} for followers`, { visibility: "private" });
      break;
    case 2:
      await say(telling, author, `${name} only between us`, { visibility: "direct" });
      break;
    case 3:
      await say(telling, author, `${name} overlook this /i and /ping`);
      break;
    case 4:
      await say(telling, somebody(telling, strangers), `#${group.tag} by a stranger`);
      break;
    case 5:
      await say(telling, somebody(telling, [troll]), `${name} buy this`);
      break;
    default:
      await say(telling, somebody(telling, [troll]), `${name} /ping`, { visibility: "direct" });
  }
}

const questions: readonly (readonly [asked: string, says: readonly string[]])[] = [
  ["/ping", ["pong, this is fedigroups"]],
  ["/ping /tags", ["pong, this is fedigroups", "Hashtags of this group"]],
  ["/help", ["/ping - see whether I am awake", "/boost or /b - in a reply", "/optin - let them"]],
  ["/members", ["dmins"]],
];

async function ask(telling: Telling): Promise<void> {
  const { random } = telling;
  const author = somebody(telling, [...members, ...strangers]);
  const [asked, says] = random.pick(questions);
  const visibility = random.pick(["direct", "direct", "unlisted", "public"] as const);
  await order(telling, author, asked, says, { visibility });
}

async function refuse(telling: Telling): Promise<void> {
  const author = somebody(telling, members);
  const says = ["Only this group's admins can use /ban."];
  await order(telling, author, "/ban sam@away.test", says, {
    visibility: "public",
    answeredIn: "direct",
  });
}

async function announce(telling: Telling): Promise<void> {
  const { group, town, number, tally } = telling;
  const text = `news item ${number()}.`;
  group.expected.announced.add(text);
  tally.commands++;
  await town.who("alice").post(`@${group.acct} /announce ${text}`, { visibility: "direct" });
}

async function boostForSomebody(telling: Telling): Promise<void> {
  const { group, tally } = telling;
  const post = await say(telling, somebody(telling, ["sam"]), "a boat");
  const member = somebody(telling, members);
  const { id } = await member.localStatus(post.uri);
  group.expected.shared.add(post.uri);
  tally.commands++;
  await say(telling, member, `@${group.acct} /b`, { inReplyTo: id });
}

async function* shareAndUndo(telling: Telling): Story {
  const { group, town, tally } = telling;
  const author = somebody(telling, members);
  const post = await say(telling, author, `@${group.acct} a mistake`);
  group.expected.shared.add(post.uri);
  yield () => town.history.isBoosted(group.acct, post.uri);
  group.expected.shared.delete(post.uri);
  tally.commands++;
  await say(telling, author, `@${group.acct} /undo`, { inReplyTo: post.id });
}

async function* banAndUnban(telling: Telling): Story {
  const { group, random, number } = telling;
  const isServer = random.chance(0.3);
  const whom = isServer ? `spam${number()}.example` : `ghost${number()}@away.test`;
  const { [isServer ? "banned_servers" : "banned_users"]: list } = group.expected.control;
  const banned = isServer ? `Everybody on ${whom} is banned` : `${whom} is banned from`;
  const first = await command(telling, `/ban ${whom}`, banned);
  list.add(whom);
  if (random.chance(0.4)) return;
  yield first;
  await command(telling, `/unban ${whom}`, `${whom} is no longer banned`);
  list.delete(whom);
}

async function* addAndRemoveTag(telling: Telling): Story {
  const { group, random, number } = telling;
  const tag = `pond${number()}`;
  const first = await command(telling, `/add #${tag}`, `#${tag} is a group hashtag now`);
  group.expected.control.group_tags.add(tag);
  if (random.chance(0.4)) return;
  yield first;
  await command(telling, `/remove #${tag}`, `#${tag} is no longer a group hashtag`);
  group.expected.control.group_tags.delete(tag);
}

async function* addAndRemoveSomebody(telling: Telling): Story {
  const { group, random } = telling;
  const { acct } = newcomer(telling, "guest");
  const { followed, control } = group.expected;
  const first = await command(telling, `/add ${acct}`, `${acct} is a member now`);
  control.member_users.add(acct);
  followed.add(acct);
  if (random.chance(0.4)) return;
  yield first;
  await command(telling, `/remove ${acct}`, `${acct} is no longer a member`);
  control.member_users.delete(acct);
  followed.delete(acct);
}

async function* opAndDeop(telling: Telling): Story {
  const { group, random } = telling;
  const { acct } = newcomer(telling, "helper");
  const { followed, control } = group.expected;
  const first = await command(telling, `/op ${acct}`, `${acct} is an admin now`);
  control.member_users.add(acct);
  control.admin_users.add(acct);
  followed.add(acct);
  if (random.chance(0.4)) return;
  yield first;
  await command(telling, `/deop ${acct}`, `${acct} is no longer an admin`);
  control.admin_users.delete(acct);
}

async function* optOutAndIn(telling: Telling): Story {
  const { group, random } = telling;
  const guest = newcomer(telling, "shy");
  const { optout_users: list } = group.expected.control;
  const says = ["others can't share your posts"];
  const first = await order(telling, guest, "/optout", says, { visibility: "direct" });
  list.add(guest.acct);
  if (random.chance(0.4)) return;
  yield first;
  await order(telling, guest, "/optin", ["Others can share your posts"], { visibility: "direct" });
  list.delete(guest.acct);
}

async function follow(telling: Telling): Promise<void> {
  const fan = newcomer(telling, "fan");
  await becomeFollower(telling, fan);
}

async function* joinAndLeave(telling: Telling): Story {
  const { group, random } = telling;
  const guest = newcomer(telling, "joiner");
  const { followed, control } = group.expected;
  const says = ["Please follow me as well"];
  const first = await order(telling, guest, "/join", says, { visibility: "direct" });
  control.member_users.add(guest.acct);
  followed.add(guest.acct);
  if (random.chance(0.4)) return;
  yield first;
  await order(telling, guest, "/leave", ["You are no longer a member"], { visibility: "direct" });
  control.member_users.delete(guest.acct);
  followed.delete(guest.acct);
}

/** Follows a group, which makes a member: followed back, and welcomed. */
export async function becomeFollower(
  { group: { acct, expected }, tally }: Pick<Telling, "group" | "tally">,
  person: SandboxUser,
): Promise<void> {
  tally.follows++;
  await person.follow(acct);
  expected.welcomed.add(person.acct);
  expected.followed.add(person.acct);
  expected.control.member_users.add(person.acct);
}

/** A private message of an admin's. Resolves with whether it is answered. */
export async function command(
  telling: Pick<Telling, "town" | "group" | "tally">,
  asked: string,
  says: string,
): Promise<() => boolean> {
  const alice = telling.town.who("alice");
  return await order(telling, alice, asked, [says], { visibility: "direct" });
}

/** A post with commands that is to be answered once. Resolves with whether it is. */
export async function order(
  { town, group, tally }: Pick<Telling, "town" | "group" | "tally">,
  author: SandboxUser,
  asked: string,
  says: readonly string[],
  { visibility, answeredIn = visibility }: { visibility: Visibility; answeredIn?: Visibility },
): Promise<() => boolean> {
  tally.commands++;
  const { uri } = await author.post(`@${group.acct} ${asked}`, { visibility });
  const question = `${asked} by ${author.acct} to ${group.acct}`;
  const answer: ExpectedAnswer = { question, to: author.acct, visibility: answeredIn, says };
  group.expected.answers.set(uri, answer);
  return () => town.history.isAnswered(group.acct, uri);
}

type Visibility = NonNullable<PostOptions["visibility"]>;

async function say(
  { tally, number }: Telling,
  author: SandboxUser,
  text: string,
  options: PostOptions = {},
): Promise<ApiStatus> {
  tally.posts++;
  return await author.post(`${text} (${number()})`, options);
}

function somebody({ random, town }: Telling, names: readonly string[]): SandboxUser {
  return town.who(random.pick(names));
}

function newcomer({ town, random, number }: Telling, name: string): SandboxUser {
  return town.newcomer(`${name}${number()}`, town.hasNeighbours && random.chance(0.3));
}
