import type { ApiStatus } from "../sandbox/surface.js";
import { expectThat, plain } from "../stage/stage.js";
import {
  announcement,
  command,
  group,
  member,
  neighbour,
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
    title: "Announcements keep their content warnings and pictures",
    needs: "warnings",
    play: async (play) => {
      const post = await announceWarned(play);
      expectThat(post.spoiler_text === "opening hours", `“${post.spoiler_text}” is the warning`);
      await announcePicture(play);
    },
    without: async (play) => {
      const text = plain(await announceWarned(play));
      expectThat(text.includes("opening hours"), `the text has the warning: ${text}`);
      await announcePicture(play);
      return "no content warnings: it stands above the text";
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

async function announceWarned(play: Play): Promise<ApiStatus> {
  const text = "The pond is closed on Sunday.";
  await whisper(play.stage.who("alice"), `/announce ${text}`, { spoilerText: "opening hours" });
  return announced(play, text);
}

/** The sandbox is one machine, from which the program fetches its own server's files and no others. */
async function announcePicture(play: Play): Promise<void> {
  const nora = neighbour(play, "nora");
  await command(play, play.stage.who("alice"), `/op ${nora.acct}`, /nora/u);
  const text = "This is the gate.";
  await whisper(nora, `/announce ${text}`, {
    media: [{ description: "A locked gate", bytes: picture, type: "image/png" }],
  });
  const post = await announced(play, text);
  expectThat(
    post.media_attachments[0]?.description === "A locked gate",
    "the picture is described",
  );
}

async function announced(play: Play, text: string): Promise<ApiStatus> {
  const post = await announcement(play, text);
  expectThat(post.visibility === "public", "the announcement is public");
  expectThat(post.mentions.length === 0, "nobody is mentioned");
  return post;
}
