import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  accountId,
  aFound,
  aGroup,
  anAccount,
  aStatus,
  notificationId,
  statusId,
} from "../testing/builders.js";
import { hostOf } from "./acct.js";
import { decide, needs } from "./decide.js";
import type { Draft } from "./effects.js";
import { applyChange, standingOf } from "./group.js";
import type { GroupEvent, Visibility } from "./model.js";

const people = ["ann@far.example", "bob@far.example", "cy@near.example", "dee@host.example"];
const self = "grp@host.example";
const visibilities: readonly Visibility[] = ["public", "unlisted", "private", "direct"];
const words = [
  "/help /ignore /i /ping /members /who /tags /join /leave /optout /optin /boost /b /undo /delete",
  "/announce /ban /unban /op /admin /deop /closegroup /opengroup /add /follow /remove /kick /fake",
  "\n #ducks #geese @ann@far.example bob@far.example @cy @dee@host.example cy@near.example @",
  "@grp@host.example grp@host.example far.example near.example host.example duck / \\ {user} *_*",
]
  .join(" ")
  .split(" ");

const sublist = (items: readonly string[]) => fc.subarray([...items]);
const verbs = words.filter((word) => word.startsWith("/"));
const objects = words.filter((word) => /^[#a-z]/u.test(word));
const sentence = fc.tuple(fc.constantFrom(...verbs), fc.constantFrom(...objects));
const text = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(sentence, { maxLength: 5 }).map((all) => all.flat().join(" ")),
  },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((all) => all.join(" ")),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
);
const person = fc.record({
  acct: fc.constantFrom(...people, ...people, self),
  isBot: fc.boolean(),
  profileText: fc.constantFrom("", "#nobot"),
});
const status = fc
  .record({
    id: fc.constantFrom("1", "2", "3"),
    by: person.map(anAccount),
    text,
    visibility: fc.constantFrom(...visibilities),
    inReplyTo: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
    mentions: fc.constantFrom([], [self], [self, "ann@far.example"]),
    isReblog: fc.boolean(),
    rebloggedByUs: fc.boolean(),
    spoilerText: fc.constantFrom("", "cw"),
  })
  .map(aStatus);
const at = 1;
const id = notificationId("n");
const event: fc.Arbitrary<GroupEvent> = fc.oneof(
  {
    weight: 5,
    arbitrary: status.map((post) => ({ kind: "mention" as const, id, at, status: post })),
  },
  { weight: 2, arbitrary: status.map((post) => ({ kind: "home" as const, at, status: post })) },
  person.map((who) => ({ kind: "follow" as const, id, at, account: anAccount(who) })),
  person.map((who) => ({ kind: "follow-request" as const, id, at, account: anAccount(who) })),
);
const group = fc
  .record({
    admins: sublist(people),
    members: sublist(people),
    optedOut: sublist(people),
    tags: sublist(["ducks", "geese"]),
    memberOnly: fc.boolean(),
    maxCharacters: fc.constantFrom(60, 500, 5000),
    traits: fc.record({
      format: fc.constantFrom(
        "plain" as const,
        "markdown-on-request" as const,
        "markdown-always" as const,
      ),
      counting: fc.constantFrom("mastodon" as const, "code-points" as const),
    }),
    bans: sublist(people),
    serverBans: sublist(["far.example", "near.example", "host.example"]),
  })
  .map(({ bans, serverBans, ...sketch }) => ({
    ...sketch,
    // As the program keeps it: no admin is banned.
    banned: bans.filter((who) => !sketch.admins.includes(who)),
    bannedServers: serverBans.filter(
      (server) => !sketch.admins.some((who) => who.endsWith(`@${server}`)),
    ),
  }))
  .map(aGroup);
const found = fc
  .array(status, { maxLength: 3 })
  .map((statuses) => aFound({ statuses, accounts: people.map((acct) => anAccount(acct)) }));
const scene = { event, found, group };
type Scene = {
  [Key in keyof typeof scene]: (typeof scene)[Key] extends fc.Arbitrary<infer T> ? T : never;
};

function actorOf(happened: GroupEvent) {
  if ("status" in happened) return happened.status.author;
  return "account" in happened ? happened.account : anAccount();
}

function holds(claim: (given: Scene) => void): void {
  fc.assert(fc.property(fc.record(scene), claim), { numRuns: 1500 });
}

function draftsOf({ event: happened, found: known, group: ours }: Scene): readonly Draft[] {
  return decide(happened, known, ours).effects.flatMap((effect) =>
    effect.kind === "post" ? [effect.draft] : [],
  );
}

describe("whatever happens", () => {
  it("no reply is louder than its trigger, and no post but an admin's announcement is louder", () => {
    holds((given) => {
      const trigger = "status" in given.event ? given.event.status.visibility : "direct";
      for (const draft of draftsOf(given)) {
        if (draft.purpose === "announcement") {
          expect(standingOf(given.group.control, actorOf(given.event).acct)).toBe("admin");
        } else {
          const loudness = visibilities.indexOf(draft.visibility);
          expect(loudness).toBeGreaterThanOrEqual(visibilities.indexOf(trigger));
          if (draft.purpose !== "answer") expect(draft.visibility).toBe("direct");
        }
      }
    });
  });

  it("only what is public is shared, and with its own visibility", () => {
    holds((given) => {
      for (const effect of decide(given.event, given.found, given.group).effects) {
        if (effect.kind !== "reblog") continue;
        expect(["public", "unlisted"]).toContain(effect.visibility);
        expect(effect.sharedBy).toBe(actorOf(given.event).acct);
      }
    });
  });

  it("no reply mentions anybody but its addressee, who is the actor", () => {
    holds((given) => {
      for (const { parts, to } of draftsOf(given)) {
        for (const part of parts) {
          const handles = [
            ...part.matchAll(/(?<![\p{L}\p{N}_/])@[\p{L}\p{N}_][\p{L}\p{N}_.@-]*/gu),
          ];
          expect(handles.map(([handle]) => handle)).toEqual(
            to === undefined ? [] : [`@${to.acct}`],
          );
        }
        if (to !== undefined) expect(to.acct).toBe(actorOf(given.event).acct);
      }
    });
  });

  it("there is at most one answer, one refusal and one announcement, and none is empty", () => {
    holds((given) => {
      const drafts = draftsOf(given);
      expect(new Set(drafts.map(({ purpose }) => purpose)).size).toBe(drafts.length);
      for (const { parts } of drafts) {
        expect(parts.length).toBeGreaterThan(0);
        expect(parts.length).toBeLessThanOrEqual(20);
      }
    });
  });

  it("banned people and the group itself cause nothing", () => {
    holds((given) => {
      const { acct } = actorOf(given.event);
      const standing = standingOf(given.group.control, acct);
      if (standing !== "banned" && acct !== given.group.self.acct) return;
      const decision = decide(given.event, given.found, given.group);
      expect([...decision.changes, ...decision.effects]).toEqual([]);
      expect(needs(given.event, given.group)).toEqual({});
    });
  });

  it("who is not an admin changes nothing but their own membership and wishes", () => {
    holds((given) => {
      const { acct } = actorOf(given.event);
      if (standingOf(given.group.control, acct) === "admin") return;
      for (const change of decide(given.event, given.found, given.group).changes) {
        expect(["add-member", "remove-member", "opt-out", "opt-in"]).toContain(change.kind);
        expect(change).toMatchObject({ acct });
        if (change.kind === "add-member") expect(given.group.control.memberOnly).toBe(false);
      }
    });
  });

  it("no admin is ever banned, no banned person a member, and a group keeps an admin", () => {
    holds((given) => {
      const { control: before } = given.group;
      const after = decide(given.event, given.found, given.group).changes.reduce(
        applyChange,
        before,
      );
      for (const admin of after.adminUsers) {
        expect(after.bannedUsers.has(admin) || after.bannedServers.has(hostOf(admin))).toBe(false);
      }
      for (const member of after.memberUsers) {
        if (before.memberUsers.has(member)) continue;
        expect(standingOf(after, member)).not.toBe("banned");
      }
      if (before.adminUsers.size > 0) expect(after.adminUsers.size).toBeGreaterThan(0);
    });
  });

  it("the log gets no text of strangers", () => {
    holds((given) => {
      const { because, details } = decide(given.event, given.found, given.group);
      expect(because).toMatch(/^[a-z]+(-[a-z]+)*$|^commands: [a-z]+(, [a-z]+)*$/u);
      for (const value of Object.values(details ?? {})) expect(typeof value).not.toBe("string");
    });
  });

  it("what is needed is enough: nothing else is asked for", () => {
    holds((given) => {
      const { statuses = [], accounts = [] } = needs(given.event, given.group);
      decide(
        given.event,
        {
          status: (wanted) => {
            expect(statuses).toContain(wanted);
            return given.found.status(wanted);
          },
          account: (wanted) => {
            // Whoever is only to be unfollowed is looked up by the gateway.
            return accounts.includes(wanted) ? given.found.account(wanted) : undefined;
          },
        },
        given.group,
      );
    });
  });

  it("the same event gives the same decision", () => {
    holds(({ event: happened, found: known, group: ours }) => {
      expect(decide(happened, known, ours)).toEqual(decide(happened, known, ours));
    });
  });
});

it("reads a huge post in no time", () => {
  const post = aStatus({ text: `${"/ban a@b.example /".repeat(60_000)}`, mentions: [self] });
  const started = performance.now();
  decide(
    { kind: "mention", id, at, status: post },
    aFound(),
    aGroup({ admins: ["ann@far.example"] }),
  );
  expect(performance.now() - started).toBeLessThan(2000);
  expect([statusId("1"), accountId("1")]).toEqual(["1", "1"]);
});
