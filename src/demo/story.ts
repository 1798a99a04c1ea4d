import {
  awayDomain,
  expectThat,
  groupAcct,
  homeDomain,
  plain,
  type Stage,
} from "../stage/stage.js";
import { hear, say, shared, shortText } from "./telling.js";

/** What a scene needs besides the stage. */
export interface Backstage {
  readonly stage: Stage;
  /** Something that happens, told as it happens. */
  readonly tell: (line: string) => void;
  readonly stopDaemon: () => Promise<void>;
  readonly startDaemon: () => Promise<void>;
}

/** One step of the story. It throws when the group does not do what the title says. */
export interface Scene {
  readonly title: string;
  readonly play: (backstage: Backstage) => Promise<void>;
}

const group = `@${groupAcct}`;

/** The story, in order; each scene builds on those before it. */
export const story: readonly Scene[] = [
  {
    title: "Following is joining: a welcome comes, and the group follows back",
    play: async ({ stage, tell }) => {
      for (const name of ["bob", "dave"]) {
        tell(`${stage.who(name).acct} follows the group.`);
        await stage.who(name).follow(groupAcct);
        const welcome = await stage.until(
          `a welcome for ${name}`,
          async () => (await stage.messagesTo(name))[0],
        );
        expectThat(welcome.visibility === "direct", "the welcome is a private mention");
        tell(`The group to ${name}: “${shortText(welcome)}”`);
        await stage.until(`the group to follow ${name} back`, () => stage.followsBack(name));
      }
    },
  },
  {
    title: "A mention in a new post is boosted",
    play: async ({ stage, tell }) => {
      const post = await say(stage, tell, "carol", `Look at this duck ${group}`);
      await shared(stage, tell, post);
    },
  },
  {
    title: "A hashtag of the group is boosted in a thread, too",
    play: async ({ stage, tell }) => {
      const add = await say(stage, tell, "alice", `${group} /add #mallards`, {
        visibility: "direct",
      });
      await hear(stage, tell, "alice", add, /mallards/iu);
      const start = await stage.who("bob").post("What lives on the pond?");
      const reply = await say(stage, tell, "bob", "I have seen #Mallards there", {
        inReplyTo: start.id,
      });
      await shared(stage, tell, reply);
      expectThat(
        !(await stage.boosts()).includes(start.uri),
        "the post without the hashtag is left alone",
      );
      tell("→ the post it answers is not: it has no hashtag");
    },
  },
  {
    title: "A member shares a stranger's post with /b",
    play: async ({ stage, tell }) => {
      const found = await say(stage, tell, "erin", "The first ducklings of the year!");
      const copy = await stage.who("bob").localStatus(found.uri);
      await say(stage, tell, "bob", `${group} /b`, { inReplyTo: copy.id });
      await shared(stage, tell, found);
    },
  },
  {
    title: "Whoever has #nobot in the profile is not shared by others",
    play: async ({ stage, tell }) => {
      const shy = await say(stage, tell, "frank", "Just thinking aloud about ducks");
      const copy = await stage.who("bob").localStatus(shy.uri);
      const request = await say(stage, tell, "bob", `${group} /b`, { inReplyTo: copy.id });
      const answer = await hear(stage, tell, "bob", request, /nobot/iu);
      expectThat(answer.visibility === "direct", "the refusal is told to bob alone");
      expectThat(!(await stage.boosts()).includes(shy.uri), "the post is not boosted");
      tell("→ not shared");
    },
  },
  {
    title: "/tags, /members and /help answer by private mention",
    play: async ({ stage, tell }) => {
      const tags = await say(stage, tell, "bob", `${group} /tags`, { visibility: "direct" });
      await hear(stage, tell, "bob", tags, /mallards/iu);
      const members = await say(stage, tell, "alice", `${group} /members`, {
        visibility: "direct",
      });
      const list = await hear(stage, tell, "alice", members, /dave@away\.test/u);
      expectThat(/bob@sandbox\.test/u.test(plain(list)), "bob is a member");
      const help = await say(stage, tell, "dave", `${group} /help`, { visibility: "direct" });
      await hear(stage, tell, "dave", help, /\/leave/u);
    },
  },
  {
    title: "An admin announces; nobody else can",
    play: async ({ stage, tell }) => {
      await say(stage, tell, "alice", `${group} /announce The pond is closed on Sunday.`, {
        visibility: "direct",
      });
      const post = await stage.until("the announcement", async () =>
        (await stage.ownPosts()).find((own) =>
          plain(own).includes("The pond is closed on Sunday."),
        ),
      );
      expectThat(post.visibility === "public", "the announcement is public");
      const attempt = await say(stage, tell, "bob", `${group} /announce I am in charge now`, {
        visibility: "direct",
      });
      await hear(stage, tell, "bob", attempt, /admin/iu);
      expectThat(
        (await stage.ownPosts()).every((own) => !plain(own).includes("in charge")),
        "bob announces nothing",
      );
    },
  },
  {
    title: "A banned person and a banned server are not shared",
    play: async ({ stage, tell }) => {
      const banUser = await say(stage, tell, "alice", `${group} /ban mallory@${homeDomain}`, {
        visibility: "direct",
      });
      await hear(stage, tell, "alice", banUser, /mallory/u);
      const spam = await say(stage, tell, "mallory", `${group} Cheap feathers!`);
      const banServer = await say(stage, tell, "alice", `${group} /ban ${awayDomain}`, {
        visibility: "direct",
      });
      await hear(stage, tell, "alice", banServer, /away\.test/u);
      const fromThere = await say(stage, tell, "dave", `${group} Hello from away`);
      await stage.settled();
      const boosts = await stage.boosts();
      expectThat(!boosts.includes(spam.uri), "mallory's post is not boosted");
      expectThat(!boosts.includes(fromThere.uri), "nor is a post from the banned server");
      tell("→ neither is shared");
      await stage.until(
        "the group to unfollow dave",
        async () => !(await stage.followsBack("dave")),
      );
      const unban = await say(stage, tell, "alice", `${group} /unban ${awayDomain}`, {
        visibility: "direct",
      });
      await hear(stage, tell, "alice", unban, /away\.test/u);
      const back = await say(stage, tell, "dave", `${group} Hello again`);
      await shared(stage, tell, back);
    },
  },
  {
    title: "/undo takes a share back",
    play: async ({ stage, tell }) => {
      const post = await say(stage, tell, "bob", `${group} I did not mean to post this`);
      await shared(stage, tell, post);
      await say(stage, tell, "bob", `${group} /undo`, { inReplyTo: post.id, visibility: "direct" });
      await stage.until(
        "the boost to be gone",
        async () => !(await stage.boosts()).includes(post.uri),
      );
      tell("→ no longer shared");
    },
  },
  {
    title: "In a member-only group only members are shared",
    play: async ({ stage, tell }) => {
      const close = await say(stage, tell, "alice", `${group} /closegroup`, {
        visibility: "direct",
      });
      await hear(stage, tell, "alice", close, /./u);
      const guest = await say(stage, tell, "carol", `${group} May I still post?`);
      const member = await say(stage, tell, "bob", `${group} Members may`);
      await shared(stage, tell, member);
      expectThat(!(await stage.boosts()).includes(guest.uri), "the guest's post is not boosted");
      tell("→ carol's is not shared: she is no member");
      const open = await say(stage, tell, "alice", `${group} /opengroup`, { visibility: "direct" });
      await hear(stage, tell, "alice", open, /./u);
    },
  },
  {
    title: "What happened while the daemon was away is caught up, and nothing twice",
    play: async ({ stage, tell, stopDaemon, startDaemon }) => {
      const before = await stage.boosts();
      tell("The daemon stops.");
      await stopDaemon();
      const missed = [
        await say(stage, tell, "carol", `${group} Is anybody there?`),
        await say(stage, tell, "dave", `${group} I am`),
      ];
      const ping = await say(stage, tell, "bob", `${group} /ping`, { visibility: "direct" });
      tell("The daemon starts.");
      await startDaemon();
      for (const post of missed) await shared(stage, tell, post);
      await hear(stage, tell, "bob", ping, /pong/iu);
      await stage.settled();
      const boosts = await stage.boosts();
      expectThat(
        boosts.length === before.length + missed.length,
        "each missed post is boosted once",
      );
      expectThat(new Set(boosts).size === boosts.length, "nothing is boosted twice");
      expectThat((await stage.answersTo("bob", ping)).length === 1, "the command is answered once");
    },
  },
];
