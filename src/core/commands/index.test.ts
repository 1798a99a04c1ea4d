import { describe, expect, it } from "vitest";
import { ask } from "../../testing/ask.js";
import { commands } from "./index.js";

describe("the list of commands", () => {
  it("has each name once, in lower case", () => {
    const names = commands.flatMap((command) => command.names);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z-]*$/u);
  });

  it("has every name that was decided on, in the order of the help", () => {
    const names = commands.map((command) => command.names.join(" "));
    expect(names).toEqual([
      "help",
      "ignore i",
      "members who",
      "tags hashtags",
      "boost b",
      "ping",
      "join",
      "leave",
      "optout opt-out",
      "optin opt-in",
      "undo delete",
      "announce",
      "ban",
      "unban",
      "op admin",
      "deop deadmin",
      "closegroup close-group",
      "opengroup open-group",
      "add follow",
      "remove unfollow kick",
    ]);
  });
});

describe("/help", () => {
  const admins = ["ann@far.example"];
  const members = ["ann@far.example"];

  it("tells guests of an open group how to post and join", () => {
    const { answer } = ask("@grp@host.example /help");
    expect(answer).toContain("This group is open");
    expect(answer).toContain("not a member yet");
    expect(answer).toContain("\u2060/ping - ");
    expect(answer).toContain("\u2060/boost or");
    expect(answer).not.toContain("/ban");
  });

  it("tells guests of a closed group whom to ask, and nothing of sharing", () => {
    const { answer } = ask("/help", { memberOnly: true });
    expect(answer).toContain("member-only");
    expect(answer).toContain("ask an admin");
    expect(answer).not.toContain("/boost");
  });

  it("knows members and admins", () => {
    const forMember = ask("/help", { members, memberOnly: true }).answer;
    expect(forMember).toContain("You are a member.");
    expect(forMember).toContain("/boost");
    expect(forMember).not.toContain("/ban");
    const forAdmin = ask("/help", { admins, memberOnly: true }).answer;
    expect(forAdmin).toContain("You are an admin.");
    for (const { names } of commands) expect(forAdmin).toContain(`/${names[0]}`);
  });

  it("silences the other commands of its post", () => {
    const decision = ask("/ban eve@far.example /help /join", { admins });
    expect(decision.changes).toEqual([]);
    expect(decision.acts).toEqual([]);
    expect(decision.because).toBe("commands: help");
    expect(decision.answer).toContain("For admins");
    expect(decision.refusal).toBe("");
  });

  it("keeps markdown where the server reads it", () => {
    const { answer } = ask("/help", { traits: { format: "markdown-on-request" } });
    expect(answer).toContain("\n- `/help` - show this help\n");
    expect(answer).not.toContain("\\");
  });

  it("gives way to a group's own text", () => {
    const messages = {
      help_basic_commands: "Just ask.\n",
      help_member_commands: "",
      help_group_info_open: "Open! {membership}\n",
    };
    const { answer } = ask("/help", { messages, members });
    expect(answer).toBe("@ann@far.example Open! You are a member.\nJust ask.");
  });

  it("comes in parts where posts are short", () => {
    const { drafts } = ask("/help", { admins, maxCharacters: 500 });
    expect(drafts).toHaveLength(1);
    expect(drafts[0]?.parts.length).toBeGreaterThan(2);
  });
});
