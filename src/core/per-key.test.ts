import { expect, it } from "vitest";
import { perKey } from "./per-key.js";

it("makes one thing for each key", () => {
  const made: string[] = [];
  const of = perKey((key: string) => ({ name: made[made.push(key) - 1] }));
  expect(of("a")).toBe(of("a"));
  expect(of("b")).not.toBe(of("a"));
  expect(made).toEqual(["a", "b"]);
});
