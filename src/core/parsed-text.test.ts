import { createRequire } from "node:module";
import { describe, expect, it, vi } from "vitest";

describe("turndown", () => {
  it("is loaded with the first text that needs it", async () => {
    const { cache } = createRequire(import.meta.url);
    const loaded = () => Object.keys(cache).filter((path) => path.includes("/turndown/"));
    // Other files of this process have read texts, too.
    for (const path of loaded()) delete cache[path];
    vi.resetModules();
    const { htmlToText } = await import("./html-to-text.js");
    expect(htmlToText("<p>a &amp; <b>b</b></p>", [])).toBe("a & b");
    expect(loaded()).toEqual([]);
    expect(htmlToText("<p>&copy; <b>b</b></p>", [])).toBe("© b");
    expect(loaded()).not.toEqual([]);
  });
});
