import type { ApiStatus } from "../sandbox/surface.js";
import { expectThat, plain } from "../stage/stage.js";
import {
  announcement,
  command,
  group,
  member,
  type Play,
  type Scenario,
  visitor,
  whisper,
} from "./play.js";

const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** What keeps a group in order. */
export const adminScenarios: readonly Scenario[] = [
  {
    name: "announce",
    title: "An announcement keeps its content warning and its picture",
    needs: "warnings",
    play: async (play) => {
      const post = await announcePicture(play);
      expectThat(post.spoiler_text === "opening hours", `“${post.spoiler_text}” is the warning`);
    },
    without: async (play) => {
      await announcePicture(play);
      return "no content warnings";
    },
  },
  {
    name: "delete",
    title: "An admin deletes the group's own post with /undo",
    play: async (play) => {
      const { stage } = play;
      const alice = stage.who("alice");
      const text = "This was announced by mistake.";
      await whisper(alice, `/announce ${text}`);
      const post = await announcement(play, text);
      await whisper(alice, "/undo", { inReplyTo: post.id });
      await stage.until("the announcement to be gone", async () =>
        (await stage.ownPosts()).every((own) => !plain(own).includes(text)),
      );
    },
  },
  {
    name: "undo",
    title: "An author takes a boost back with /undo",
    isCore: true,
    play: async (play) => {
      const { stage } = play;
      const bob = visitor(play, "bob");
      const post = await bob.post(`${group} I did not mean to post this`);
      await stage.boosted(post);
      await whisper(bob, "/undo", { inReplyTo: post.id });
      await stage.until(
        "the boost to be gone",
        async () => !(await stage.boosts()).includes(post.uri),
      );
    },
  },
  {
    name: "ban",
    title: "Who is banned is not shared and not followed, until they are unbanned",
    isCore: true,
    play: async (play) => {
      const { stage } = play;
      const alice = stage.who("alice");
      const mallory = await member(play, "mallory");
      await command(play, alice, `/ban ${mallory.acct}`, /mallory/u);
      await stage.until(
        "the group to unfollow mallory",
        async () => !(await stage.followsBack("mallory")),
      );
      const spam = await mallory.post(`${group} Cheap feathers!`);
      await stage.settled();
      expectThat(!(await stage.boosts()).includes(spam.uri), "mallory's post is not boosted");
      await command(play, alice, `/unban ${mallory.acct}`, /mallory/u);
      await stage.boosted(await mallory.post(`${group} I have changed`));
    },
  },
];

async function announcePicture(play: Play): Promise<ApiStatus> {
  const alice = play.stage.who("alice");
  await whisper(alice, "/announce The pond is closed on Sunday.", {
    spoilerText: "opening hours",
    media: [{ description: "A locked gate", bytes: picture, type: "image/png" }],
  });
  const post = await announcement(play, "The pond is closed on Sunday.");
  expectThat(post.visibility === "public", "the announcement is public");
  expectThat(
    post.media_attachments[0]?.description === "A locked gate",
    "the picture is described",
  );
  expectThat(post.mentions.length === 0, "nobody is mentioned");
  return post;
}
