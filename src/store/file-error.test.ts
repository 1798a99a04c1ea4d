import { userInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { explain, userName } from "./file-error.js";

const denied = (path: string) => Object.assign(new Error("x"), { code: "EACCES", path });

describe("explain", () => {
  it("names the owner and who runs the program where permission is denied", () => {
    const { uid, username } = userInfo();
    const said = explain(denied("/etc/no-such-file"));
    expect(said).toContain(`/etc belongs to ${userName(0)}`);
    expect(said).toContain(uid === 0 ? "who runs this" : `this is run by ${username}`);
    expect(said).toMatch(/\(EACCES\)$/u);
  });
});

describe("userName", () => {
  it("is the number where there is no name", () => {
    expect(userName(userInfo().uid)).toBe(userInfo().username);
    expect(userName(3_999_999_999)).toBe("3999999999");
  });
});
