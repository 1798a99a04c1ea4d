/** The README's commands are tried by `.ci/clean-root`, which needs root and minutes; here is only that it finds them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

/** The `sh` blocks as "heading" or "heading tag". */
function blocksOf(markdown: string): readonly string[] {
  let heading = "";
  return markdown.split("\n").flatMap((line) => {
    heading = line.match(/(?<=^#+ ).+$/u)?.[0] ?? heading;
    const tag = line.match(/(?<=^```sh\b).*$/u)?.[0];
    return tag === undefined ? [] : [`${heading}${tag}`];
  });
}

describe("the installation as the README tells it", () => {
  it("is walked through by .ci/clean-root, block by block", () => {
    const walked = read(".ci/clean-root-walk").match(/(?<=^walk ).+$/gmu) ?? [];
    expect(walked).toContain("Install");
    const names = walked.map((words) => words.replaceAll("'", ""));
    expect(new Set(blocksOf(read("README.md")))).toEqual(new Set(names));
  });
});
