import { greetingOf, shareOf, unshareOf } from "./ledger.js";
import {
  direct,
  expectAnswer,
  expectShare,
  named,
  type Scene,
  takeShared,
  words,
} from "./scene.js";

/** One kind of thing that people do. */
export interface Deed {
  /** Out of all together. */
  readonly weight: number;
  /** Does it make the group boost or write? */
  readonly isLoud: boolean;
  /** Does it, and enters what must come of it. False: it does not fit now. */
  readonly act: (scene: Scene) => Promise<boolean>;
}

const maxThread = 60;
const maxReplies = 10;
const hugeLength = 60_000;

/** What people do, and how often. */
export const deeds = {
  mention: { weight: 12, isLoud: true, act: mention },
  hugeMention: { weight: 1, isLoud: true, act: hugeMention },
  homeTag: { weight: 5, isLoud: true, act: homeTag },
  mentionByEdit: { weight: 1, isLoud: true, act: mentionByEdit },
  boostCommand: { weight: 2, isLoud: true, act: boostCommand },
  question: { weight: 6, isLoud: true, act: question },
  order: { weight: 4, isLoud: true, act: order },
  comeAndGo: { weight: 2, isLoud: true, act: comeAndGo },
  undo: { weight: 1, isLoud: true, act: undo },
  home: { weight: 14, isLoud: false, act: home },
  reply: { weight: 20, isLoud: false, act: reply },
  thread: { weight: 14, isLoud: false, act: thread },
  memberBoost: { weight: 6, isLoud: false, act: memberBoost },
  edit: { weight: 8, isLoud: false, act: edit },
  remove: { weight: 4, isLoud: false, act: remove },
} as const satisfies Readonly<Record<string, Deed>>;

async function mention(scene: Scene): Promise<boolean> {
  const author = scene.count % 2 === 0 ? scene.circle.guest : scene.circle.member;
  const visibility = scene.count % 5 === 0 ? "unlisted" : "public";
  const status = await author.post(named(scene, words(scene, "A post")), { visibility });
  expectShare(scene, { author, status });
  return true;
}

async function hugeMention(scene: Scene): Promise<boolean> {
  const author = scene.circle.guest;
  const text = words(scene, "A tale");
  const tale = `${text}\n\n`.repeat(Math.ceil(hugeLength / text.length));
  expectShare(scene, { author, status: await author.post(named(scene, tale)) });
  return true;
}

async function homeTag(scene: Scene): Promise<boolean> {
  const author = scene.circle.member;
  const status = await author.post(`${words(scene, "Something")} #${scene.circle.tag}`);
  expectShare(scene, { author, status });
  return true;
}

async function mentionByEdit(scene: Scene): Promise<boolean> {
  const author = scene.circle.guest;
  const text = words(scene, "A post that lacks a name");
  const status = await author.post(text);
  const sinceMs = Date.now();
  await author.api("PUT", `/api/v1/statuses/${status.id}`, { status: named(scene, text) });
  expectShare(scene, { author, status }, sinceMs);
  return true;
}

async function boostCommand(scene: Scene): Promise<boolean> {
  const { guest, member, group } = scene.circle;
  const status = await guest.post(words(scene, "Worth more readers"));
  const asked = await direct(scene, member, "/boost", (await member.localStatus(status.uri)).id);
  scene.ledger.expect(shareOf(group.acct, status.uri), { uri: asked.uri });
  return true;
}

/** An admin asks: they may ask often. */
export const adminQuestion: Deed = {
  weight: 0,
  isLoud: true,
  act: async (scene) => {
    expectAnswer(scene, await direct(scene, scene.circle.admin, "/ping"));
    return true;
  },
};

const questions = ["/ping", "/tags", "/members", "/help", "What is on? /ping"];

async function question(scene: Scene): Promise<boolean> {
  const { guest, admin } = scene.circle;
  const text = questions[scene.count++ % questions.length] ?? "/ping";
  const who = scene.count % 3 === 0 ? admin : guest;
  const isOpen = scene.count % 4 === 0;
  const asked = isOpen
    ? await who.post(named(scene, text), { visibility: "unlisted" })
    : await direct(scene, who, text);
  expectAnswer(scene, asked);
  return true;
}

/** One at a time, so that their order is certain: what they come to is compared in the end. */
async function order(scene: Scene): Promise<boolean> {
  const { circle, ledger, tags, banned } = scene;
  if (scene.order !== undefined && !ledger.isDone(scene.order)) return false;
  const tag = `extra${scene.count++ % 7}`;
  const host = `spam${scene.count % 5}.test`;
  const change = (set: Set<string>, item: string, add: string, drop: string): string => {
    const had = set.delete(item);
    if (!had) set.add(item);
    return had ? `/${drop}` : `/${add}`;
  };
  const text =
    scene.count % 2 === 0
      ? `${change(tags, tag, "add", "remove")} #${tag}`
      : `${change(banned, host, "ban", "unban")} ${host}`;
  scene.order = expectAnswer(scene, await direct(scene, circle.admin, text));
  return true;
}

/** Follows and is greeted, takes its leave and is answered, unfollows; and again. */
async function comeAndGo(scene: Scene): Promise<boolean> {
  const { circle, ledger, stranger } = scene;
  const { group, stranger: who } = circle;
  if (stranger.effect !== undefined && !ledger.isDone(stranger.effect)) return false;
  switch (stranger.kind) {
    case "away": {
      // Pleroma tells of the first follow only.
      const isTold = scene.greetings === 0 || !circle.flavour.startsWith("pleroma");
      const effect = isTold ? greetingOf(group.acct, who.acct, ++scene.greetings) : undefined;
      if (effect !== undefined) ledger.expect(effect, { atMs: Date.now() });
      await who.follow(group.acct);
      scene.stranger = { kind: "follows", effect };
      return true;
    }
    case "follows": {
      const effect = expectAnswer(scene, await direct(scene, who, "/leave"));
      scene.stranger = { kind: "has left", effect };
      return true;
    }
    case "has left":
      await who.unfollow(group.acct);
      scene.stranger = { kind: "away", effect: undefined };
      return true;
  }
}

async function undo(scene: Scene): Promise<boolean> {
  const { circle, ledger } = scene;
  const own = takeShared(scene);
  if (own === undefined) return false;
  const { admin, group } = circle;
  const { uri } = own.status;
  const effect = unshareOf(group.acct, uri);
  // Before it is asked for: whether a boost that goes was taken back is told by this.
  ledger.expect(effect, { atMs: Date.now() });
  await direct(scene, admin, "/undo", (await admin.localStatus(uri)).id);
  return true;
}

async function home(scene: Scene): Promise<boolean> {
  await scene.circle.member.post(words(scene, "Nothing for the group"));
  return true;
}

async function reply(scene: Scene): Promise<boolean> {
  const { guest, member } = scene.circle;
  const topic =
    scene.topic !== undefined && scene.topic.replies < maxReplies ? scene.topic : undefined;
  const own = topic?.own ?? takeShared(scene);
  if (own === undefined) return false;
  scene.topic = { own, replies: (topic?.replies ?? 0) + 1 };
  const who = own.author === guest ? member : guest;
  const { id } = await who.localStatus(own.status.uri);
  await who.post(named(scene, words(scene, "A reply")), { inReplyTo: id });
  return true;
}

/** A talk between two, with the group named in every post, until it is long. */
async function thread(scene: Scene): Promise<boolean> {
  const { guest, member } = scene.circle;
  const { thread: talk } = scene;
  if (talk === undefined || talk.length >= maxThread) {
    const status = await guest.post(words(scene, "A talk begins"));
    scene.thread = { tip: { author: guest, status }, length: 1 };
    return true;
  }
  const author = talk.tip.author === guest ? member : guest;
  const { id } = await author.localStatus(talk.tip.status.uri);
  const status = await author.post(named(scene, words(scene, "And")), { inReplyTo: id });
  scene.thread = { tip: { author, status }, length: talk.length + 1 };
  return true;
}

async function memberBoost(scene: Scene): Promise<boolean> {
  const { guest, member } = scene.circle;
  const status = await guest.post(words(scene, "Liked by some"));
  await member.api("POST", `/api/v1/statuses/${status.id}/reblog`);
  return true;
}

async function edit(scene: Scene): Promise<boolean> {
  const own = takeShared(scene);
  if (own === undefined) return false;
  const text = named(scene, words(scene, "Said better"));
  await own.author.api("PUT", `/api/v1/statuses/${own.status.id}`, { status: text });
  scene.shared.unshift(own);
  return true;
}

async function remove(scene: Scene): Promise<boolean> {
  const own = takeShared(scene);
  if (own === undefined) return false;
  await own.author.api("DELETE", `/api/v1/statuses/${own.status.id}`);
  return true;
}
