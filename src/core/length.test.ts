import { describe, expect, it } from "vitest";
import { measureText } from "./length.js";

describe("measureText", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["a\nb", 3],
    ["a\r\nb", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 1],
    ["🇨🇿🇩🇪", 2],
    ["https://x.org", 23],
    ["https://example.org/a/very/long/path/that/goes/on?and=on#and-on", 23],
    ["(https://x.org/a).", 26],
    ["https://x.org/a, https://x.org/b", 48],
    ["https://x.org:8443/a", 23],
    ["https://пример.рф/путь", 23],
    ["http://localhost/a/long/path/to/nowhere", 39],
    ["http://3.5/x", 12],
    ["xhttps://x.org", 14],
    ["@bob@srv.example", 4],
    ["@bob@srv.example.", 5],
    ["(@first.last@srv.example)", 13],
    ["@bob", 4],
    ["ann@srv.example", 15],
    ["x@bob@srv.example", 17],
  ])("counts %j as Mastodon does", (text, expected) => {
    expect(measureText(text, "mastodon")).toBe(expected);
  });

  it("rather counts too much than too little where a link's end is not sure", () => {
    expect(measureText("https://x.org/a_(b)", "mastodon")).toBe(26);
  });

  it.each([
    ["", 0],
    ["abc", 3],
    ["e\u0301", 2],
    ["👩‍👩‍👧", 5],
    ["https://x.org", 13],
    ["@bob@srv.example", 16],
    ["\ud800", 1],
  ])("counts the code points of %j", (text, expected) => {
    expect(measureText(text, "code-points")).toBe(expected);
  });
});
