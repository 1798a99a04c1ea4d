import { expectThat, groupName, plain } from "../stage/stage.js";
import { adminScenarios } from "./admin-scenarios.js";
import {
  command,
  expectLogged,
  group,
  maxCharacters,
  member,
  neighbour,
  type Scenario,
  thread,
  visitor,
  whisper,
} from "./play.js";
import { textScenarios } from "./text-scenarios.js";
import { troubleScenarios } from "./trouble-scenarios.js";

const basicScenarios: readonly Scenario[] = [
  {
    name: "stream",
    title: "News arrive at once, and again after the connection broke",
    needs: "streaming",
    play: async (play) => {
      const { stage } = play;
      expectLogged(play, "Met the server.", ({ stream }) => /^wss?:/u.test(String(stream)));
      stage.home.faults.streams.drop(groupName);
      const gap = await visitor(play, "gail").post(`${group} between two connections`);
      await stage.boosted(gap);
      await stage.until(
        "the stream to be open again",
        async () => stage.home.faults.streams.count(groupName) > 0,
      );
      const after = await visitor(play, "gail").post(`${group} over the new connection`);
      await stage.boosted(after);
    },
    without: async (play) => {
      expectLogged(play, "Met the server.", ({ stream }) => String(stream).startsWith("none"));
      const post = await visitor(play, "gail").post(`${group} to whom it may concern`);
      await play.stage.boosted(post);
      return "no streaming: polls";
    },
  },
  {
    name: "follow",
    title: "Who follows is followed back, and is a member",
    isCore: true,
    play: async (play) => {
      await member(play, "dave");
      await command(play, play.stage.who("alice"), "/members", /dave@away\.test/u);
    },
  },
  {
    name: "welcome",
    title: "Who follows is welcomed by private mention, once",
    isCore: true,
    play: async (play) => {
      const { stage } = play;
      await member(play, "willa");
      const welcome = await stage.until(
        "the welcome",
        async () => (await stage.messagesTo("willa"))[0],
      );
      expectThat(welcome.visibility === "direct", "the welcome is private");
      expectThat(/welcome/iu.test(plain(welcome)), `“${plain(welcome)}” is a welcome`);
      await stage.settled();
      expectThat((await stage.messagesTo("willa")).length === 1, "there is one welcome");
    },
  },
  {
    name: "mention",
    title: "A new post that mentions the group is boosted",
    isCore: true,
    play: async (play) => {
      const post = await visitor(play, "carol").post(`Look at this duck, ${group}`);
      await play.stage.boosted(post);
    },
  },
  {
    name: "neighbour",
    title: "The same for somebody on the group's own server, and an answer reaches them",
    isCore: true,
    needs: "neighbours",
    play: async (play) => {
      const lena = neighbour(play, "lena");
      await play.stage.boosted(await lena.post(`${group} from next door`));
      await command(play, lena, "/ping", /pong/iu);
    },
    without: async (play) => {
      const { stage } = play;
      const lena = neighbour(play, "lena");
      await stage.boosted(await lena.post(`${group} from next door`));
      await whisper(lena, "/ping");
      await stage.until("the answer in lena's home timeline", async () =>
        (await lena.home()).some((status) => /pong/iu.test(plain(status))),
      );
      expectThat((await lena.notifications()).length === 0, "lena is notified of nothing");
      expectLogged(play, "Acted on an event.", ({ event, author }) => {
        return event === "home" && author === lena.acct;
      });
      return "no notifications between its own accounts: home timeline";
    },
  },
  {
    name: "hashtag",
    title: "A member's post with a group hashtag is boosted, even in a thread",
    isCore: true,
    play: async (play) => {
      const { stage } = play;
      await command(play, stage.who("alice"), "/add #mallards", /mallards/iu);
      const bob = await member(play, "bob");
      const start = await bob.post("What lives on the pond?");
      await stage.boosted(await bob.post("I have seen #Mallards there", { inReplyTo: start.id }));
      await stage.settled();
      expectThat(!(await stage.boosts()).includes(start.uri), "the rest of the thread is not");
    },
  },
  {
    name: "/b",
    title: "A member shares a stranger's post with /b",
    isCore: true,
    play: async (play) => {
      const bob = await member(play, "bob");
      const found = await visitor(play, "erin").post("The first ducklings of the year!");
      await bob.post(`${group} /b`, { inReplyTo: found.id });
      await play.stage.boosted(found);
    },
  },
  {
    name: "command",
    title: "A stranger's private command is answered privately, in the thread",
    isCore: true,
    play: async (play) => {
      const zoe = visitor(play, "zoe");
      const answer = await command(play, zoe, "/ping", /pong/iu);
      expectThat(answer.visibility === "direct", "the answer is private");
      expectThat(
        answer.mentions.map(({ acct }) => acct).join() === "zoe",
        `only zoe is mentioned: ${answer.mentions.map(({ acct }) => acct)}`,
      );
      const question = await zoe.post(`${group} /tags`);
      const [publicAnswer] = await play.stage.answersTo("zoe", question);
      expectThat(publicAnswer?.visibility === "public", "a public question has a public answer");
    },
  },
  {
    name: "threading",
    title: "A long answer comes in parts, each a reply to the one before",
    isCore: true,
    play: async (play) => {
      const { stage } = play;
      const alice = stage.who("alice");
      const question = await whisper(alice, "/help");
      await stage.answersTo("alice", question);
      await stage.settled();
      const parts = await thread(play, alice, question);
      expectThat(parts.length > 1, `there are several parts, not ${parts.length}`);
      const all = parts.map(plain).join("\n");
      for (const name of ["/ignore", "/leave", "/boost", "/announce", "/opengroup"]) {
        expectThat(all.includes(name), `${name} is explained: ${all}`);
      }
      expectThat(
        parts.every(({ visibility }) => visibility === "direct"),
        "every part is private",
      );
      expectLogged(play, "Met the server.", ({ maxCharacters: told }) => told === maxCharacters);
    },
  },
];

/** Everything that is played on every kind of server, in order; they share one group. */
export const scenarios: readonly Scenario[] = [
  ...basicScenarios,
  ...adminScenarios,
  ...textScenarios,
  ...troubleScenarios,
];
