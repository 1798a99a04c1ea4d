import { describe, expect, it } from "vitest";
import {
  aControl,
  aHomeStatus,
  aMention,
  anAccount,
  groupAddress,
  type StatusSketch,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { GroupBench } from "../testing/group-bench.js";

const ann = "ann@far.example";
const hours = (count: number) => count * 60 * 60_000;
const toGroup = (id: string, text: string, more: StatusSketch = {}) =>
  aMention({ id, text: `@${groupAddress} ${text}`, by: ann, ...more });

/** Whatever the group writes to it, it answers with `text` at once, for `count` hours. */
async function echo(bench: GroupBench, text: string, isBot: boolean, count = 24): Promise<void> {
  const by = anAccount({ acct: "grp@other.example", isBot });
  let said = 0;
  const say = () => bench.gateway.happen(toGroup(`echo-${said++}`, text, { by }));
  say();
  for (let minute = 0; minute < count * 60; minute++) {
    for (let seen = -1; seen !== bench.gateway.posts.length && said < 5000; ) {
      seen = bench.gateway.posts.length;
      say();
      await settle();
    }
    await bench.clock.advance(60_000);
  }
}

const quick = { settings: { pollIntervalMs: hours(1), socketRetireTimeMs: hours(100) } };

describe("loops", () => {
  it("two groups that mention each other: one answer an hour", async () => {
    await using bench = new GroupBench(quick);
    await bench.start();
    await echo(bench, "/ping", true);
    expect(bench.gateway.posts.length).toBeGreaterThanOrEqual(23);
    expect(bench.gateway.posts.length).toBeLessThanOrEqual(25);
  });

  it("a program that does not say it is one: sixty answers, then one a minute", async () => {
    await using bench = new GroupBench(quick);
    await bench.start();
    await echo(bench, "/ping", false, 2);
    expect(bench.gateway.posts.length).toBeGreaterThanOrEqual(170);
    expect(bench.gateway.posts.length).toBeLessThanOrEqual(60 + 2 * 60 + 1);
  });

  it("a group that mentions itself, or sees its own boosts: nothing", async () => {
    await using bench = new GroupBench();
    await bench.start();
    const self = anAccount(groupAddress);
    bench.gateway.happen(toGroup("1", "Look", { by: self }));
    bench.gateway.happen(toGroup("2", "/help", { by: self }));
    bench.gateway.happen(toGroup("3", "Look", { by: ann }));
    await settle();
    const boost = { id: "4", by: self, isReblog: true, uri: "https://host.example/boost/4" };
    bench.gateway.happen(aHomeStatus({ ...boost, text: `@${groupAddress} Look` }));
    await settle();
    expect(bench.gateway.boosts).toEqual(["3"]);
    expect(bench.gateway.posts).toEqual([]);
  });

  it("a bot that joins and leaves without end makes the group follow it once an hour", async () => {
    await using bench = new GroupBench(quick);
    await bench.start();
    const by = anAccount({ acct: "robot@far.example", isBot: true });
    for (let nth = 0; nth < 200; nth++) {
      bench.gateway.happen(toGroup(`${nth}`, nth % 2 === 0 ? "/join" : "/leave", { by }));
      await settle();
    }
    const follows = bench.gateway.calls.filter((call) => /^(?:un)?follow /u.test(call));
    expect(follows).toHaveLength(1);
    expect(bench.gateway.posts).toHaveLength(1);
  });
});

describe("a storm of mentions", () => {
  it("by one person is answered sixty times, and told of in one line", async () => {
    await using bench = new GroupBench(quick);
    await bench.start();
    for (let nth = 0; nth < 1000; nth++) bench.gateway.happen(toGroup(`${nth}`, "/ping"));
    await settle();
    expect(bench.gateway.posts).toHaveLength(60);
    const line = "Somebody was answered often enough; doing no more for them now.";
    expect(bench.messages().filter((message) => message === line)).toHaveLength(1);
    // Others do not feel it, and in an hour it is forgotten.
    bench.gateway.happen(toGroup("other", "/ping", { by: "bob@far.example" }));
    await settle();
    expect(bench.gateway.posts).toHaveLength(61);
    await bench.clock.advance(hours(1));
    bench.gateway.happen(toGroup("again", "/ping"));
    await settle();
    expect(bench.gateway.posts).toHaveLength(62);
  });

  it("is still known after a restart", async () => {
    await using bench = new GroupBench(quick);
    await bench.start();
    for (let nth = 0; nth < 100; nth++) bench.gateway.happen(toGroup(`${nth}`, "/ping"));
    await settle();
    await bench.stop();
    await bench.start();
    bench.gateway.happen(toGroup("more", "/ping"));
    await settle();
    expect(bench.gateway.posts.length).toBeLessThanOrEqual(61);
  });

  it("by an admin is obeyed to the end, and answered six hundred times", async () => {
    await using bench = new GroupBench({ ...quick, control: aControl({ admins: [ann] }) });
    await bench.start();
    for (let nth = 0; nth < 700; nth++) {
      bench.gateway.happen(toGroup(`${nth}`, `/ban troll${nth}@far.example`));
    }
    await settle();
    await bench.clock.advance(10_000);
    expect(bench.store.control.bannedUsers.size).toBe(700);
    expect(bench.gateway.posts.length).toBeGreaterThanOrEqual(600);
    expect(bench.gateway.posts.length).toBeLessThanOrEqual(603);
  });

  it("does not make an old command run again, even if it is told of anew", async () => {
    await using bench = new GroupBench({ ...quick, control: aControl({ admins: [ann] }) });
    await bench.start();
    const old = toGroup("old", "/ban troll@far.example");
    bench.gateway.happen(old);
    await settle();
    bench.gateway.happen(toGroup("pardon", "/unban troll@far.example"));
    await settle();
    for (let nth = 0; nth < 1500; nth++) {
      bench.gateway.happen(
        toGroup(`${nth}`, "nice group", { by: "bob@far.example", inReplyTo: "0" }),
      );
    }
    await settle();
    await bench.stop();
    await bench.start();
    // snac tells of it under another id, as after an edit.
    bench.gateway.happen({ ...old, id: "n-anew" as typeof old.id });
    await settle();
    expect(bench.store.control.bannedUsers.size).toBe(0);
  });
});
