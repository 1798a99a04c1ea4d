import { describe, expect, it } from "vitest";
import { Recent } from "./recent.js";

describe("Recent", () => {
  it("forgets the oldest beyond its capacity", () => {
    const recent = new Recent(2, ["a", "b", "c"]);
    expect(recent.toArray()).toEqual(["b", "c"]);
    recent.add("d");
    expect(recent.has("b")).toBe(false);
    expect(recent.toArray()).toEqual(["c", "d"]);
    expect(recent.size).toBe(2);
  });

  it("makes what is added again the newest", () => {
    const recent = new Recent(2, ["a", "b"]);
    recent.add("a");
    recent.add("c");
    expect(recent.toArray()).toEqual(["a", "c"]);
  });
});
