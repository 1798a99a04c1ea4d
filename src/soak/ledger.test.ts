import { describe, expect, it } from "vitest";
import type { StatusChange } from "../sandbox/surface.js";
import { answerTo, greetingOf, Ledger, shareOf, unshareOf } from "./ledger.js";

const group = "ducks@g.test";
let posts = 0;

function made(change: Partial<StatusChange>): StatusChange {
  posts++;
  return {
    ...{ kind: "made", uri: `https://g.test/${posts}`, author: group, mentions: [], atMs: posts },
    ...{ reblogOf: undefined, inReplyTo: undefined },
    ...change,
  };
}

const boost = (reblogOf: string, atMs = 0) => made({ reblogOf, atMs });
const answer = (inReplyTo: string) => made({ inReplyTo, mentions: ["ann@p.test"] });
const post = (uri: string, atMs = 0) => made({ uri, author: "ann@p.test", atMs });

describe("the ledger", () => {
  it("is content when each effect comes once, before or after it is entered", () => {
    const ledger = new Ledger([group]);
    ledger.see(post("p1", 100));
    ledger.see(boost("p1", 130));
    ledger.expect(shareOf(group, "p1"), { uri: "p1" });
    ledger.expect(answerTo(group, "p2"), { atMs: 200 });
    expect(ledger.waiting).toBe(1);
    ledger.see(made({ inReplyTo: "p2", atMs: 250 }));
    expect(ledger.isDone(answerTo(group, "p2"))).toBe(true);
    expect(ledger.balance()).toEqual({
      ...{ expected: 2, done: 2, lost: [], doubled: [], unasked: [], delaysMs: [30, 50] },
    });
  });

  it("names what is lost, what comes twice and what nobody asked for", () => {
    const ledger = new Ledger([group]);
    ledger.expect(shareOf(group, "p1"), { uri: "p1" });
    ledger.expect(shareOf(group, "p2"), { uri: "p2" });
    ledger.see(boost("p2"));
    ledger.see(boost("p2"));
    ledger.see(answer("p3"));
    ledger.see(answer("p3"));
    const { lost, doubled, unasked } = ledger.balance();
    expect(lost).toEqual([shareOf(group, "p1")]);
    expect(doubled).toEqual([shareOf(group, "p2"), answerTo(group, "p3")]);
    expect(unasked).toEqual([answerTo(group, "p3")]);
  });

  it("takes the parts of a long answer for one", () => {
    const ledger = new Ledger([group]);
    ledger.expect(answerTo(group, "p1"), { atMs: 0 });
    const first = answer("p1");
    ledger.see(first);
    ledger.see(answer(first.uri));
    expect(ledger.balance()).toMatchObject({ done: 1, doubled: [], unasked: [] });
  });

  it("tells a boost taken back from one that went with its post", () => {
    const ledger = new Ledger([group]);
    ledger.expect(unshareOf(group, "p1"), { atMs: 0 });
    for (const uri of ["p1", "p2"]) ledger.see({ ...boost(uri), kind: "gone" });
    expect(ledger.balance()).toMatchObject({ done: 1, lost: [], unasked: [] });
  });

  it("counts how often somebody was greeted", () => {
    const ledger = new Ledger([group]);
    const greet = () => ledger.see(made({ mentions: ["ann@p.test"] }));
    ledger.expect(greetingOf(group, "ann@p.test", 1), { atMs: 0 });
    greet();
    greet();
    expect(ledger.balance().unasked).toEqual([greetingOf(group, "ann@p.test", 2)]);
  });

  it("sees nothing in what people do", () => {
    const ledger = new Ledger([group]);
    ledger.see(made({ author: "ann@p.test", reblogOf: "p1" }));
    ledger.see(made({ author: "ann@p.test", inReplyTo: "p1" }));
    expect(ledger.balance()).toMatchObject({ expected: 0, unasked: [] });
  });
});
