import { describe, expect, it } from "vitest";
import type { Line } from "./snapshot.js";
import { durationText, eventText, lineText, waitText } from "./words.js";

const line: Line = {
  ...{ at: 0, event: "mention", source: "stream", author: undefined, url: undefined },
  ...{ status: undefined, ended: "handled", because: "a-reply", effects: [], tookMs: 1 },
};

describe("words", () => {
  it("tells what was decided and why", () => {
    const done = { kind: "reblog", outcome: "done" } as const;
    expect(lineText(line)).toBe("Not shared: a reply without a group hashtag.");
    expect(lineText({ ...line, because: "mention", effects: [done] })).toBe(
      "Shared: the group was named in it.",
    );
    expect(
      lineText({ ...line, because: "mention", effects: [{ ...done, outcome: "refused" }] }),
    ).toBe("Not shared, as the server refused: the group was named in it.");
    const post = { kind: "post", outcome: "put-off" } as const;
    expect(lineText({ ...line, because: "commands: ban, add", effects: [post] })).toBe(
      "Ran /ban, /add: put off for want of room (posted).",
    );
    expect(lineText({ ...line, because: "commands: ping" })).toBe("Ran /ping.");
    expect(lineText({ ...line, ended: "gave-up", because: "Too much." })).toBe(
      "Given up: Too much.",
    );
    expect(lineText({ ...line, event: "follow", because: "known-member" })).toBe(
      "Nothing to do: a member already.",
    );
  });

  it("names nobody where the record does not", () => {
    expect(eventText(line)).toBe("private mention");
    expect(eventText({ ...line, event: "other" })).toBe("private notification");
  });

  it("tells when something is tried again", () => {
    const wait = { for: "stream", because: "It broke.", at: 5000 } as const;
    expect(waitText(wait, 0)).toBe("Tries to open the stream again in 5.0 s: It broke.");
    expect(waitText(wait, 6000)).toBe("Tries to open the stream again now: It broke.");
  });

  it.each([
    [-5, "0.0 s"],
    [400, "0.4 s"],
    [65_000, "65 s"],
    [12 * 60_000, "12 min"],
    [185 * 60_000, "3 h 5 min"],
    [52 * 3_600_000, "2 d 4 h"],
  ])("%i ms is %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
