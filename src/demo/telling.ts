import type { ApiStatus } from "../sandbox/surface.js";
import { groupAcct, plain, type Stage } from "../stage/stage.js";

/** So much of an answer is shown. */
const maxLines = 4;

type Tell = (line: string) => void;
const group = `@${groupAcct}`;

/** Somebody posts. */
export async function say(
  stage: Stage,
  tell: Tell,
  username: string,
  text: string,
  options: Parameters<ReturnType<Stage["who"]>["post"]>[1] = {},
): Promise<ApiStatus> {
  const quietly = options.visibility === "direct" ? ", privately" : "";
  tell(`${username}${quietly}: “${text.replace(group, "@ducks")}”`);
  return stage.who(username).post(text, options);
}

/** The group answers with the words expected, or this throws. */
export async function hear(
  stage: Stage,
  tell: Tell,
  username: string,
  to: ApiStatus,
  about: RegExp,
): Promise<ApiStatus> {
  const answers = await stage.answersTo(username, to);
  const answer = answers.find((part) => about.test(plain(part)));
  if (answer === undefined) {
    throw new Error(
      `The group's answer to ${username} says nothing of ${about}: ${answers.map(plain).join(" | ")}`,
    );
  }
  tell(`The group to ${username}: “${shortText(answer)}”`);
  return answer;
}

/** The whole of a short answer, the beginning of a long one. */
export function shortText(status: ApiStatus): string {
  const lines = plain(status)
    .replace(/^@\S+\s*/u, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const more = lines.length > maxLines ? ["…"] : [];
  return [...lines.slice(0, maxLines), ...more].join("\n      ");
}

/** The group boosts. */
export async function shared(stage: Stage, tell: Tell, status: ApiStatus): Promise<void> {
  await stage.boosted(status);
  tell("→ shared");
}
