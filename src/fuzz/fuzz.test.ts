/** The properties of `npm run fuzz`, each on a few inputs; a new seed every time. */
import { describe, expect, it } from "vitest";
import { targets } from "./targets.js";

describe.each(targets)("$name", ({ properties }) => {
  it.each(properties)("$claim", async ({ cases, check }) => {
    const seed = Math.trunc(Math.random() * 0x7fffffff);
    const { failure } = await check({ cases, seed });
    expect(failure?.report).toBeUndefined();
  });
});
