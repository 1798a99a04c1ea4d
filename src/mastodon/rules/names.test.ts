import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const names =
  /mastodon|hometown|glitch|pleroma|akkoma|gotosocial|hollo|snac|iceshrimp|mitra|sharkey|misskey|friendica|takahe/iu;

/** The program without its comments; not what plays or tests servers. */
const sources = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .filter((file) => !/^(?:sandbox|testing|stage|demo|compat|chaos|soak|fuzz)\//u.test(file))
  .map((file) => {
    const text = readFileSync(new URL(file, root), "utf8");
    return { file, code: text.replace(/\/\*[\s\S]*?\*\//gu, "").replace(/^\s*\/\/.*$/gmu, "") };
  });

/** The literals of a file that hold a server's name, but neither modules nor keys of JSON. */
function namesIn(code: string): readonly string[] {
  return (
    [...code.matchAll(/(["'`])((?:\\.|(?!\1).)*?)\1/gu)]
      .filter(({ index }) => !/(?:from|import|import\() *$/u.test(code.slice(0, index)))
      .filter(({ index }) => !/\bat\([^()]*$/u.test(code.slice(0, index)))
      .map(([, , literal = ""]) => literal)
      // A sentence is for people.
      .filter((literal) => names.test(literal) && !literal.includes(" "))
  );
}

describe("issue 3", () => {
  it("no name of a server is asked about outside the capabilities", () => {
    const found = sources
      .filter(({ file }) => file !== "mastodon/traits.ts")
      .flatMap(({ file, code }) => namesIn(code).map((literal) => `${file}: ${literal}`))
      // The name of a way to count, an object of an account, and the path of a setting.
      .filter((line) => !/: (?:mastodon|akkoma|pleroma|\/api\/pleroma\/[a-z_]+)$/u.test(line))
      .filter((line) => !/^cli\/|^main\.ts/u.test(line));
    expect(found).toEqual([]);
  });

  it("the server's software is told to people, and decides nothing", () => {
    const users = sources
      .filter(({ code }) => /traits\.software\b/u.test(code))
      .map(({ file }) => file);
    expect(
      users.filter((file) => !["mastodon/traits.ts", "worker/upkeep.ts"].includes(file)),
    ).toEqual([]);
  });
});
