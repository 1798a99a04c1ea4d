import { describe, expect, it } from "vitest";
import { didYouMean, editDistance } from "./did-you-mean.js";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "abd", 1],
    ["abc", "ab", 1],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
    ["", "abc", 3],
  ])("from %j to %j is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });
});

describe("didYouMean", () => {
  const known = ["admin_users", "member_only", "acct", "token"];

  it.each([
    ["adminUsers", "admin_users"],
    ["admin_user", "admin_users"],
    ["membr_only", "member_only"],
    ["tokne", "token"],
    ["Acct", "acct"],
  ])("suggests for %s", (word, suggestion) => {
    expect(didYouMean(word, known)).toBe(`; did you mean "${suggestion}"?`);
  });

  it.each(["", "x", "colour", "a".repeat(10_000)])("has no suggestion for %.10s", (word) => {
    expect(didYouMean(word, known)).toBe(".");
  });
});
