import { describe, expect, it } from "vitest";
import { handlesIn } from "./handles.js";

describe("handlesIn", () => {
  it.each([
    ["@bob and @bob@srv.example.", ["@bob", "@bob@srv.example"]],
    ["(@bob), .@ann: >@cy", ["@bob", "@ann", "@cy"]],
    ["@first.last-x@my-srv.example:8443/", ["@first.last-x@my-srv.example"]],
    ["@bob... @bob-", ["@bob", "@bob"]],
    ["@žofie@bücher.example", ["@žofie@bücher.example"]],
    ["@bob\u200f \u2068@ann\u2069.", ["@bob", "@ann"]],
    ["bob@srv.example https://x.example/@bob ?u=@bob @@ @", []],
    ["@@bob", []],
    ["@bob@ @bob@a@b", []],
    ["@bo\u202eb@srv.example @bo\u200bb @bo\u200b.b", []],
    ["@\u200bbob", []],
  ])("finds the names in %j", (text, expected) => {
    expect([...handlesIn(text)].map((handle) => handle.text)).toEqual(expected);
  });

  it("says which are complete", () => {
    expect([...handlesIn("@bob @bob@srv.example")].map((handle) => handle.isComplete)).toEqual([
      false,
      true,
    ]);
  });
});
