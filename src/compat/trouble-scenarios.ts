import { expectThat, groupName, plain } from "../stage/stage.js";
import { group, neighbour, type Scenario, thread, visitor, whisper } from "./play.js";

/** What happens when something goes wrong. */
export const troubleScenarios: readonly Scenario[] = [
  {
    name: "lost answers",
    title: "Nothing happens twice when the server's answers get lost",
    play: async (play) => {
      const { stage, daemon } = play;
      const { faults } = stage.home;
      const bob = visitor(play, "bob");
      const drop = { kind: "drop", when: "after-effect" } as const;
      faults.failNext({ method: "POST", path: /\/reblog$/u, username: groupName }, drop);
      const post = await bob.post(`${group} share this once`);
      await stage.boosted(post);
      await stage.settled();
      faults.failNext(
        { method: "POST", path: /^\/api\/v1\/statuses$/u, username: groupName },
        drop,
      );
      const ping = await whisper(bob, "/ping");
      await stage.answersTo("bob", ping);
      await stage.settled();
      faults.clear();
      const broken = daemon.entries().filter(({ level, err }) => {
        return level === "warn" && JSON.stringify(err ?? "").includes("/api/v1/statuses");
      });
      expectThat(broken.length >= 2, "the daemon logged that it had no answers");
      const boosts = (await stage.boosts()).filter((uri) => uri === post.uri);
      expectThat(boosts.length === 1, `it is boosted once, not ${boosts.length} times`);
      expectThat((await thread(play, bob, ping)).length === 1, "the answer is one post");
    },
  },
  {
    name: "restart",
    title: "What was missed is caught up after a restart, and nothing twice",
    isCore: true,
    play: async (play) => {
      const { stage, daemon } = play;
      const bob = visitor(play, "bob");
      const last = await bob.post(`${group} good night`);
      await stage.boosted(last);
      await stage.settled();
      const before = await stage.boosts();
      const messagesBefore = await stage.messagesTo("bob");
      await daemon.stop();
      const missed = [
        await visitor(play, "carol").post(`${group} is anybody there?`),
        await neighbour(play, "lena").post(`${group} and here?`),
        await bob.post(`${group} good morning`),
      ];
      const ping = await whisper(bob, "/ping");
      await daemon.start(stage);
      for (const post of missed) await stage.boosted(post);
      await stage.answersTo("bob", ping);
      await stage.settled();
      const boosts = await stage.boosts();
      for (const post of [last, ...missed]) {
        const count = boosts.filter((uri) => uri === post.uri).length;
        expectThat(count === 1, `${plain(post)} is boosted once, not ${count} times`);
      }
      expectThat(
        boosts.length === before.length + missed.length,
        `${missed.length} boosts are new, not ${boosts.length - before.length}`,
      );
      const messages = await stage.messagesTo("bob");
      expectThat(messages.length === messagesBefore.length + 1, "bob has one answer more");
    },
  },
  {
    name: "calm",
    title: "All of this without an error in the log",
    isCore: true,
    play: async ({ stage, daemon }) => {
      await stage.settled();
      const bad = daemon.entries().filter(({ level }) => level === "error" || level === "fatal");
      expectThat(bad.length === 0, `there is no error: ${JSON.stringify(bad)}`);
      const posts = (await stage.ownPosts()).map(plain);
      expectThat(
        posts.every((text) => !/\{\w+\}/u.test(text)),
        `no text has a hole: ${posts.join(" | ")}`,
      );
    },
  },
];
