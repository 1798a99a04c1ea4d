import { describe, expect, it } from "vitest";
import { aFollow, aMention } from "../testing/builders.js";
import { Inbox, type InboxItem } from "./inbox.js";

async function drain(inbox: Inbox): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (;;) {
    const next = await Promise.race([
      inbox.next(),
      new Promise<undefined>((r) => setImmediate(r, undefined)),
    ]);
    if (next === undefined) return kinds;
    kinds.push(next.kind);
  }
}

const catchUp: InboxItem = { kind: "catch-up" };

describe("Inbox", () => {
  it("gives items in the order they came", async () => {
    const inbox = new Inbox();
    inbox.push(aFollow());
    inbox.push(catchUp);
    inbox.push({ kind: "upkeep" });
    expect(await drain(inbox)).toEqual(["follow", "catch-up", "upkeep"]);
  });

  it("queues one catch-up, however often it is asked for", async () => {
    const inbox = new Inbox();
    inbox.push(catchUp);
    inbox.push(catchUp);
    expect(await drain(inbox)).toEqual(["catch-up"]);
  });

  it("replaces what does not fit by one catch-up", async () => {
    const inbox = new Inbox(2);
    for (let index = 0; index < 5; index++) inbox.push(aFollow());
    expect(await drain(inbox)).toEqual(["follow", "follow", "catch-up"]);
  });

  it("holds no more than some megabytes of what others wrote", async () => {
    const inbox = new Inbox();
    const huge = aMention({ id: "1", text: "x".repeat(200_000) });
    for (let index = 0; index < 2000; index++) inbox.push(huge);
    // Nine of 400 kB; the rest is found again by the catch-up.
    expect(await drain(inbox)).toEqual([...Array(9).fill("mention"), "catch-up"]);
    for (let index = 0; index < 20; index++) inbox.push(aMention({ id: `${index}` }));
    expect(await drain(inbox)).not.toContain("catch-up");
  });

  it("takes one event, however large", async () => {
    const inbox = new Inbox();
    inbox.push(aMention({ id: "1", text: "x".repeat(10_000_000) }));
    expect(await drain(inbox)).toEqual(["mention"]);
  });

  it("lets nothing overtake a catch-up that is put back", async () => {
    const inbox = new Inbox();
    inbox.push(aFollow());
    inbox.putBack(catchUp);
    inbox.putBack(catchUp);
    expect(await drain(inbox)).toEqual(["catch-up", "follow"]);
  });

  it("ends at once when it is closed, and takes nothing more", async () => {
    const inbox = new Inbox();
    inbox.push(aFollow());
    inbox.close();
    inbox.push(aFollow());
    inbox.putBack(catchUp);
    expect(await inbox.next()).toBeUndefined();
  });

  it("wakes whoever waits for the next item", async () => {
    const inbox = new Inbox();
    const next = inbox.next();
    inbox.push(catchUp);
    expect(await next).toEqual(catchUp);
  });
});
