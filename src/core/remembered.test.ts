import { describe, expect, it } from "vitest";
import { acct, statusId } from "../testing/builders.js";
import { Remembered, replay, type StateNote } from "./remembered.js";
import type { PendingWork, Share } from "./state.js";

const ann = acct("ann@far.example");
const bob = acct("bob@far.example");
const dayMs = 24 * 60 * 60 * 1000;
const nothing = new Remembered().snapshot();

/** What a group that knew nothing remembers after these. */
const told = (...notes: readonly StateNote[]) => replay(nothing, notes);
const share = (uri: string): Share => ({ uri, status: statusId(uri), by: ann, at: 1 });
const work = (key: string, putOffAt?: number): PendingWork => ({
  ...{ key, changes: [], effects: [], putOffAt },
});

describe("what a group remembers", () => {
  it("comes back as it was written", () => {
    const state = told(
      { kind: "seen", list: "notifications", key: "n1" },
      { kind: "seen", list: "home", key: "h1" },
      { kind: "read", list: "home", at: 7 },
      { kind: "passed", uri: "u1" },
      { kind: "handled", key: "k1" },
      { kind: "shared", share: share("u2") },
      { kind: "welcomed", who: ann, at: 5 },
      { kind: "answered", who: bob, at: 5, until: 9 },
      { kind: "begun", work: work("k2") },
    );
    expect(state).toMatchObject({
      ...{ seenNotifications: ["n1"], seenStatuses: ["h1"], lastStatusAt: 7, passed: ["u1"] },
      ...{ handled: ["k1"], shared: [share("u2")], welcomed: { [ann]: 5 }, answers: { [bob]: 9 } },
      pending: [work("k2")],
    });
    expect(replay(state, [])).toEqual(state);
  });

  it("is the same, written down in between or not", () => {
    const notes: readonly StateNote[] = [
      { kind: "begun", work: work("k1") },
      { kind: "shared", share: share("u1") },
      { kind: "seen", list: "home", key: "h1" },
      { kind: "dropped", key: "k1" },
      { kind: "unshared", uri: "u1" },
      { kind: "handled", key: "k1" },
    ];
    for (const [count] of notes.entries()) {
      const written = told(...notes.slice(0, count));
      expect(replay(written, notes.slice(count))).toEqual(told(...notes));
    }
  });

  it("marks no place in a list by what came until it is read", () => {
    const seen: StateNote = { kind: "seen", list: "notifications", key: "n1" };
    expect(told(seen).unplacedNotifications).toEqual(["n1"]);
    const read = told(seen, { kind: "read", list: "notifications", at: 3 });
    expect(read).toMatchObject({ unplacedNotifications: [], seenNotifications: ["n1"] });
    // What has its place keeps it when it comes again.
    expect(replay(read, [seen]).unplacedNotifications).toEqual([]);
  });

  it("holds work once for each key, the newest, until it is dropped", () => {
    const begun = told(
      { kind: "begun", work: work("a") },
      { kind: "begun", work: work("b") },
      { kind: "begun", work: work("a", 5) },
    );
    expect(begun.pending).toEqual([work("b"), work("a", 5)]);
    expect(replay(begun, [{ kind: "dropped", key: "a" }]).pending).toEqual([work("b")]);
  });

  it("forgets the oldest shares beyond two thousand, and one that was taken back at once", () => {
    const remembered = new Remembered();
    for (let i = 0; i <= 2_000; i++) {
      remembered.apply({ kind: "shared", share: share(`u${i}`) });
    }
    // Shared again, it is the newest.
    remembered.apply({ kind: "shared", share: share("u1") });
    remembered.apply({ kind: "unshared", uri: "u7" });
    const uris = remembered.snapshot().shared.map(({ uri }) => uri);
    expect(uris).toHaveLength(1_999);
    expect([uris[0], uris.at(-1)]).toEqual(["u2", "u1"]);
    expect(uris).not.toContain("u7");
  });

  it("remembers a welcome for a week, and an answer for as long as it counts", () => {
    const state = told(
      { kind: "welcomed", who: ann, at: dayMs },
      { kind: "answered", who: ann, at: 0, until: 10 },
      { kind: "answered", who: bob, at: 10, until: 20 },
    );
    expect(state).toMatchObject({ welcomed: { [ann]: dayMs }, answers: { [ann]: 10, [bob]: 20 } });
    const later = replay(state, [
      { kind: "welcomed", who: bob, at: 8 * dayMs + 1 },
      { kind: "answered", who: bob, at: 11, until: 30 },
    ]);
    expect(later).toMatchObject({
      welcomed: { [bob]: 8 * dayMs + 1 },
      answers: { [bob]: 30 },
    });
    expect([later.welcomed, later.answers].map((map) => Object.keys(map))).toEqual([[bob], [bob]]);
  });
});
