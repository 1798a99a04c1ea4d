import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { htmlToText } from "./html-to-text.js";

describe("turndown", () => {
  it("is loaded with the first text that needs it", () => {
    const isLoaded = () =>
      Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes("/turndown/"));
    expect(htmlToText("<p>a &amp; <b>b</b></p>", [])).toBe("a & b");
    expect(isLoaded()).toBe(false);
    expect(htmlToText("<p>&copy; <b>b</b></p>", [])).toBe("© b");
    expect(isLoaded()).toBe(true);
  });
});
