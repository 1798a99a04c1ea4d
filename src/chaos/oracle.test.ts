import { describe, expect, it } from "vitest";
import { type Expected, expectNothing, judge, type Seen, type SeenPost } from "./oracle.js";

const ann = "ann@a.test";

function expected(): Expected {
  const all = expectNothing({ group_tags: ["ducks"], admin_users: [ann] });
  all.shared.add("uri:1");
  const answer = { question: "/help", to: ann, visibility: "direct", says: ["first", "last"] };
  all.answers.set("uri:2", answer);
  all.welcomed.add("bob@a.test");
  all.announced.add("news item 1.");
  all.followed.add("bob@a.test");
  return all;
}

const post = (given: Partial<SeenPost>): SeenPost => ({
  ...{ uri: `uri:${given.text}`, inReplyTo: undefined, text: "", visibility: "direct" },
  ...{ mentions: [ann], ...given },
});
const first = post({ text: "first", inReplyTo: "uri:2" });
const last = post({ text: "last", inReplyTo: "uri:first" });
const welcome = post({ text: "Welcome!", mentions: ["bob@a.test"] });
const news = post({ text: "So: news item 1.", visibility: "public", mentions: [] });

const good: Seen = {
  boosts: ["uri:1"],
  posts: [first, last, welcome, news],
  followed: ["bob@a.test"],
  control: { group_tags: ["ducks"], admin_users: [ann], member_only: false },
};

const kinds = (seen: Partial<Seen>) =>
  judge(expected(), { ...good, ...seen }).map(({ kind, what }) => `${kind}: ${what}`);

describe("the oracle", () => {
  it("has nothing to say when all is as it must be", () => {
    expect(kinds({})).toEqual([]);
  });

  it.each<[string, string, Partial<Seen>, RegExp]>([
    ["lost", "boost", { boosts: [] }, /boost of uri:1: .* never/],
    ["lost", "answer", { posts: [welcome, news] }, /answer to \/help .* never/],
    ["lost", "part of an answer", { posts: [first, welcome, news] }, /“last” 0 times/],
    ["lost", "welcome", { posts: [first, last, news] }, /welcome of bob/],
    ["lost", "announcement", { posts: [first, last, welcome] }, /announcement/],
    ["lost", "follow", { followed: [] }, /bob@a.test among the people/],
    ["lost", "change of control", { control: { ...good.control, group_tags: [] } }, /ducks among/],
    ["doubled", "boost", { boosts: ["uri:1", "uri:1"] }, /boost of uri:1: .* 2 times/],
    ["doubled", "answer", { posts: [...good.posts, first] }, /part 0: .* 2 times/],
    ["doubled", "part of an answer", { posts: [...good.posts, last] }, /part 1: .* 2 times/],
    ["doubled", "welcome", { posts: [...good.posts, welcome] }, /welcome/],
    ["doubled", "announcement", { posts: [...good.posts, news] }, /announcement/],
    ["wrong", "boost", { boosts: ["uri:1", "uri:9"] }, /boost of uri:9/],
    ["wrong", "post", { posts: [...good.posts, post({ text: "Hm" })] }, /nobody asked for/],
    [
      "wrong",
      "visibility",
      { posts: [{ ...first, visibility: "public" }, last, welcome, news] },
      /is public and not direct/,
    ],
    [
      "wrong",
      "addressee",
      { posts: [{ ...first, mentions: [ann, "eve@a.test"] }, last, welcome, news] },
      /eve@a.test and not to ann/,
    ],
    ["wrong", "follow", { followed: ["bob@a.test", "eve@a.test"] }, /eve@a.test among/],
    [
      "wrong",
      "change of control",
      { control: { ...good.control, banned_users: ["eve@a.test"] } },
      /eve@a.test among banned_users/,
    ],
  ])("finds what is %s: a %s", (kind, _, seen, what) => {
    const found = kinds(seen);
    expect(found.filter((line) => line.startsWith(`${kind}: `) && what.test(line))).toHaveLength(1);
  });
});
