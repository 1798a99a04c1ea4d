import { describe, expect, it } from "vitest";
import { aControl, acct, groupAddress } from "../testing/builders.js";
import { applyChange } from "./group.js";
import { decideAdmin } from "./operator.js";

const group = acct(groupAddress);
const ann = acct("ann@far.example");
const bob = acct("bob@far.example");

describe("decideAdmin", () => {
  it("makes somebody an admin and a member", () => {
    const control = aControl({ admins: [bob] });
    const { changes, isDone, told } = decideAdmin({ action: "add", acct: ann }, control, group);
    const after = changes.reduce(applyChange, control);
    expect([...after.adminUsers]).toEqual([bob, ann]);
    expect([...after.memberUsers]).toEqual([ann]);
    expect({ isDone, told }).toEqual({
      isDone: true,
      told: `ann@far.example is an admin of ${group} now.`,
    });
  });

  it("takes a ban away from an operator who was locked out", () => {
    const control = aControl({ admins: [bob], banned: [ann] });
    const { changes, told } = decideAdmin({ action: "add", acct: ann }, control, group);
    const after = changes.reduce(applyChange, control);
    expect(after.bannedUsers.size).toBe(0);
    expect(after.adminUsers.has(ann)).toBe(true);
    expect(told).toContain("no longer banned");
  });

  it("takes the rights away, and leaves the membership", () => {
    const control = aControl({ admins: [ann, bob], members: [ann] });
    const { changes } = decideAdmin({ action: "remove", acct: ann }, control, group);
    expect(changes).toEqual([{ kind: "remove-admin", acct: ann }]);
  });

  it.each([
    ["add", ann, true, "an admin of .* already"],
    ["remove", bob, true, "is not an admin"],
    ["remove", ann, false, "the last admin"],
    ["add", group, false, "the group itself"],
  ] as const)("changes nothing: %s %s", (action, whom, isDone, told) => {
    const answer = decideAdmin({ action, acct: whom }, aControl({ admins: [ann] }), group);
    expect(answer).toEqual({ changes: [], isDone, told: expect.stringMatching(told) });
  });
});
