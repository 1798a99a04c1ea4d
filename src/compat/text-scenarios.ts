import { expectThat, plain } from "../stage/stage.js";
import {
  announcement,
  command,
  expectLogged,
  maxCharacters,
  member,
  type Play,
  quoted,
  type Scenario,
  sentSince,
  whisper,
} from "./play.js";

/** One grapheme of seven code points. */
const family = "👨‍👩‍👧‍👦";
const familyCount = 100;
const link = `https://example.org/${"duckpond/".repeat(11)}`;
const linkCount = 4;

const formats = {
  never: "plain",
  asked: "markdown-on-request",
  always: "markdown-always",
  light: "light-markup",
} as const;

/** What markup would eat if it were not kept from it. */
const odd = "2 * 3 * 4 = 24, `/ping` for snake_case_names, a [link](nowhere) & <b>no</b> &lt;";

/** What becomes of a text on its way. */
export const textScenarios: readonly Scenario[] = [
  {
    name: "markdown",
    title: "Headings are bold, and no asterisk is left over",
    isCore: true,
    needs: "markup",
    play: async (play) => {
      const answer = await askForTags(play);
      expectThat(/<(?:strong|b)>/u.test(answer.content), `a heading is bold: ${answer.content}`);
    },
    without: async (play) => {
      const answer = await askForTags(play);
      expectThat(!/<(?:strong|b)>/u.test(answer.content), `nothing is bold: ${answer.content}`);
      return "no markup: plain text";
    },
  },
  {
    name: "as typed",
    title: "What people write shows as they typed it, marks and all",
    play: async (play) => {
      const marker = "It stays as typed:";
      await whisper(play.stage.who("alice"), `/announce ${marker} ${odd}`);
      const post = await announcement(play, marker);
      // Invisible characters keep quoted commands from working.
      const shown = plain(post).replace(/[\u200b\u2060]/gu, "");
      expectThat(shown.includes(odd), `it shows as typed: ${quoted([post])}`);
    },
  },
  {
    name: "long texts",
    title: "A long text is split at the server's limit, counted as the server counts",
    play: async (play) => {
      const { stage, server } = play;
      const startedAt = Date.now();
      const words = [
        ...Array.from({ length: linkCount }, () => link),
        ...Array.from({ length: familyCount }, () => family),
      ];
      await whisper(stage.who("alice"), `/announce ${words.join(" ")} The end.`);
      await announcement(play, "The end.");
      await stage.settled();
      const sent = sentSince(play, startedAt).filter(({ text }) => !/pong/u.test(text));
      expectThat(
        sent.every(({ status }) => status === 200),
        `the server refuses no part: ${sent.map(({ status }) => status)}`,
      );
      const posts = (await stage.ownPosts()).filter((own) =>
        [family, link, "The end."].some((part) => plain(own).includes(part)),
      );
      const all = posts.map(plain).join(" ");
      expectThat(all.split(family).length - 1 === familyCount, `no family is lost or cut: ${all}`);
      expectThat(all.split(link).length - 1 === linkCount, `no link is lost or cut: ${all}`);
      if (server.counts === "graphemes") {
        expectThat(posts.length === 1, `one post is enough: ${quoted(posts)}`);
        return;
      }
      const lengths = sent.map(({ text }) => [...text].length);
      expectThat(posts.length >= 3, `it takes three posts, not ${posts.length}`);
      expectThat(
        lengths.every((length) => length <= maxCharacters),
        `no part is longer than ${maxCharacters}: ${lengths}`,
      );
    },
  },
];

async function askForTags(play: Play) {
  const { server, stage } = play;
  const startedAt = Date.now();
  expectLogged(play, "Met the server.", ({ format }) => format === formats[server.markdown]);
  await command(play, stage.who("alice"), "/add #mallard_ducks", /mallard_ducks/u);
  const answer = await command(play, await member(play, "bob"), "/tags", /mallard_ducks/u);
  expectThat(!/[*\\`]/u.test(plain(answer)), `no mark is left over: ${quoted([answer])}`);
  const types = sentSince(play, startedAt).map(({ contentType }) => contentType);
  const wanted = server.markdown === "asked" ? "text/markdown" : "";
  expectThat(
    types.every((type) => type === wanted),
    `every post is sent as “${wanted}”: ${types}`,
  );
  return answer;
}
