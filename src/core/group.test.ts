import { describe, expect, it } from "vitest";
import { aControl, acct, type ControlSketch, host } from "../testing/builders.js";
import { applyChange, type ControlChange, mayWrite, standingOf } from "./group.js";

const ann = acct("a@x.example");

describe("rights", () => {
  const rows: readonly [string, ControlSketch, boolean, string][] = [
    ["an empty control", {}, true, "guest"],
    ["member-only", { memberOnly: true }, false, "guest"],
    ["member-only, a member", { memberOnly: true, members: [ann] }, true, "member"],
    ["member-only, an admin", { memberOnly: true, admins: [ann] }, true, "admin"],
    ["banned", { banned: [ann] }, false, "banned"],
    ["banned although a member", { banned: [ann], members: [ann] }, false, "banned"],
    ["a banned server", { bannedServers: ["x.example"] }, false, "banned"],
    ["another banned server", { bannedServers: ["y.example"] }, true, "guest"],
    ["an admin on a banned server", { bannedServers: ["x.example"], admins: [ann] }, true, "admin"],
    ["opted out", { optedOut: [ann] }, true, "guest"],
  ];
  it.each(rows)("with %s", (_, sketch, expected, standing) => {
    expect(mayWrite(aControl(sketch), ann)).toBe(expected);
    expect(standingOf(aControl(sketch), ann)).toBe(standing);
  });
});

describe("applyChange", () => {
  const changes: readonly ControlChange[] = [
    { kind: "add-member", acct: ann },
    { kind: "remove-member", acct: ann },
    { kind: "add-admin", acct: ann },
    { kind: "remove-admin", acct: ann },
    { kind: "ban-user", acct: ann },
    { kind: "unban-user", acct: ann },
    { kind: "ban-server", host: host("x.example") },
    { kind: "unban-server", host: host("x.example") },
    { kind: "add-tag", tag: "ducks" },
    { kind: "remove-tag", tag: "ducks" },
    { kind: "opt-out", acct: ann },
    { kind: "opt-in", acct: ann },
    { kind: "member-only", memberOnly: true },
    { kind: "member-only", memberOnly: false },
  ];
  const full = aControl({
    admins: [ann],
    members: [ann, "b@y.example"],
    banned: [ann],
    bannedServers: ["x.example"],
    tags: ["ducks"],
    optedOut: [ann],
    memberOnly: true,
  });
  it.each(changes)("is the same once or twice: %j", (change) => {
    for (const before of [aControl(), full]) {
      const once = applyChange(before, change);
      expect(applyChange(once, change)).toEqual(once);
    }
  });

  it("ends the membership of whoever is banned", () => {
    expect(applyChange(full, { kind: "ban-user", acct: ann }).memberUsers).toEqual(
      new Set(["b@y.example"]),
    );
    const afterServer = applyChange(full, { kind: "ban-server", host: host("y.example") });
    expect(afterServer.memberUsers).toEqual(new Set([ann]));
  });
});
