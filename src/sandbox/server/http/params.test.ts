import { describe, expect, it } from "vitest";
import { BadRequestError, flatQuery, nestParams } from "./params.js";

const nest = (text: string) => nestParams(new URLSearchParams(text));

describe("nestParams", () => {
  it.each([
    ["a=1&a=2", { a: "2" }],
    ["a[]=1&a[]=2", { a: ["1", "2"] }],
    ["a[b]=1&a[c]=2", { a: { b: "1", c: "2" } }],
    ["a[b][]=1&a[b][]=2", { a: { b: ["1", "2"] } }],
    ["a[0][name]=x&a[1][name]=y", { a: { 0: { name: "x" }, 1: { name: "y" } } }],
    ["a[][n]=1&a[][v]=2&a[][n]=3", { a: [{ n: "1", v: "2" }, { n: "3" }] }],
    ["a[=1&b]=2", { "a[": "1", "b]": "2" }],
    ["__proto__[x]=1&a[__proto__][x]=1", {}],
  ])("reads %s", (text, expected) => {
    expect(nest(text)).toEqual(expected);
  });

  it.each(["a=1&a[]=2", "a=1&a[b]=2", "a[b]=1&a[]=2", "a[]=1&a[b]=2"])("refuses %s", (text) => {
    expect(() => nest(text)).toThrow(BadRequestError);
  });
});

describe("flatQuery", () => {
  it("keeps values and lists", () => {
    const search = new URLSearchParams("limit=2&id[]=1&id[]=2&odd[x]=1");
    expect(flatQuery(search)).toEqual({ limit: "2", id: ["1", "2"] });
  });
});
