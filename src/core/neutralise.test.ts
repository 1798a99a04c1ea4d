import { describe, expect, it } from "vitest";
import { neutralise, neutraliseMentions } from "./neutralise.js";

describe("neutralise", () => {
  it.each([
    ["@bob and @bob@srv.example", "@|bob and @|bob@srv.example"],
    ["#ducks, ＃ducks ＠bob", "#|ducks, ＃|ducks ＠|bob"],
    ["(@bob)/@bob.@bob-@bob_@bobé@bob字@bob", "(@|bob)/@|bob.@|bob-@|bob_@|bobé@|bob字@|bob"],
    ["ann@srv.example a#b C#", "ann@srv.example a#b C#"],
    ["a @ b # c @", "a @ b # c @"],
    ["@@bob", "@|@|bob"],
    ["https://x.example/@ann/1#frag", "https://x.example/@ann/1#frag"],
    ["https://x.example/,@ann", "https://x.example/,@|ann"],
    ["https:///@ann", "https:///@|ann"],
  ])("takes the signs of %j apart", (text, expected) => {
    expect(neutralise(text)).toBe(expected.replaceAll("|", "\u200b"));
  });

  it("can leave hashtags alone", () => {
    expect(neutraliseMentions("@bob #ducks https://x.example/,#a")).toBe(
      "@\u200bbob #ducks https://x.example/,#a",
    );
  });
});
