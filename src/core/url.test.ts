import { describe, expect, it } from "vitest";
import { toAcct } from "./acct.js";
import { toPageAddress } from "./profile-url.js";
import { toUrl } from "./url.js";

describe("toUrl", () => {
  it("reads an address, and nothing else", () => {
    expect(toUrl("https://bücher.example/a")?.host).toBe("xn--bcher-kva.example");
    expect(toUrl("/a", "https://far.example/b")?.href).toBe("https://far.example/a");
    expect(toUrl("/a")).toBeUndefined();
    expect(toUrl("https://a b/")).toBeUndefined();
  });

  // Found by fuzzing: Node 20's URL.canParse refuses these letters from about its 4,000th call on.
  it("gives the same answer however often it is asked", () => {
    const page = "https://bücher.example/@ann";
    const acct = "ann@bücher.example";
    const wrong = Array.from({ length: 20_000 }, () => toPageAddress(page)).indexOf(undefined);
    expect(wrong).toBe(-1);
    expect(Array.from({ length: 20_000 }, () => toAcct(acct)).indexOf(undefined)).toBe(-1);
    expect(Array.from({ length: 20_000 }, () => toUrl(page)).indexOf(undefined)).toBe(-1);
  });
});
