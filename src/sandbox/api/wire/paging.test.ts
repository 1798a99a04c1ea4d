import { describe, expect, it } from "vitest";
import { limitOf, pageOf } from "./paging.js";

const rows = ["10", "9", "8", "7", "6", "5", "4", "3", "2", "1"];
const page = (query: Record<string, string>, limit = 3) => pageOf(rows, (row) => row, query, limit);

describe("pageOf", () => {
  it.each([
    ["the newest", {}, ["10", "9", "8"]],
    ["what is older", { max_id: "8" }, ["7", "6", "5"]],
    ["the newest above", { since_id: "2" }, ["10", "9", "8"]],
    ["fewer when little is above", { since_id: "8" }, ["10", "9"]],
    ["the page right above", { min_id: "2" }, ["5", "4", "3"]],
    ["the oldest page", { min_id: "0" }, ["3", "2", "1"]],
    ["what lies between", { min_id: "2", max_id: "5" }, ["4", "3"]],
    ["min_id before since_id", { min_id: "2", since_id: "8" }, ["5", "4", "3"]],
    ["digits at the front of a foreign id", { min_id: "01G65Z" }, ["4", "3", "2"]],
    ["all for a cursor without digits", { since_id: "abc" }, ["10", "9", "8"]],
    ["nothing below the oldest", { max_id: "1" }, []],
    ["the newest for an empty cursor", { max_id: "" }, ["10", "9", "8"]],
  ])("gives %s", (_, query, expected) => {
    expect(page(query).items).toEqual(expected);
  });

  it("links to both sides of a page", () => {
    expect(page({ max_id: "8" }).links).toEqual({ maxId: "5", minId: "7" });
  });

  it("has no links when there is nothing", () => {
    expect(page({ max_id: "1" }).links).toEqual({});
  });

  it("compares ids as numbers", () => {
    expect(page({ max_id: "10" }).items).toEqual(["9", "8", "7"]);
  });
});

describe("limitOf", () => {
  it.each([
    [{}, 40],
    [{ limit: "5" }, 5],
    [{ limit: "500" }, 80],
    [{ limit: "-3" }, 3],
    [{ limit: "x" }, 0],
  ])("reads %j as %i", (query, limit) => {
    expect(limitOf(query, 40)).toBe(limit);
  });
});
