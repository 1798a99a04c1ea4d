/** No louder than its trigger, to nobody but its author: for every command, and for what really goes out. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands } from "../core/commands/index.js";
import { decide } from "../core/decide.js";
import type { Status, Visibility } from "../core/model.js";
import {
  aControl,
  aFollow,
  aFound,
  aGroup,
  aMention,
  anAccount,
  aStatus,
  groupAddress,
} from "../testing/builders.js";
import { settle } from "../testing/fake-clock.js";
import { answered, broken, type TakenPost } from "../testing/fake-gateway.js";
import { GroupBench } from "../testing/group-bench.js";

const people = ["ann@far.example", "bob@far.example", "cy@near.example", "d-@host.example"];
const [ann = ""] = people;
const loudFirst: readonly Visibility[] = ["public", "unlisted", "private", "direct"];
/** Part of every text, so that it can be recognised wherever it comes out. */
const canary = "xyzzy";

const names = commands.flatMap((command) => command.names);
const name = fc.constantFrom(...names);
const object = fc.constantFrom(
  ...["", "#ducks", "far.example", "@cy", ":", "/", "> x"],
  ...people,
  ...people.map((who) => `@${who}`),
);
const order = fc.tuple(name, object).map(([verb, about]) => `/${verb} ${about} ${canary}`);
const text = fc.array(order, { minLength: 1, maxLength: 4 }).map((all) => all.join("\n"));
const visibility = fc.constantFrom(...loudFirst);
/** What is replied to: by anybody, also by the group, and as quiet as it likes. */
const parent = fc.record({
  id: fc.constant("50"),
  by: fc.constantFrom(...people, groupAddress),
  visibility,
  text: fc.constantFrom(`parent ${canary}`, `@${groupAddress} /help ${canary}`),
  rebloggedByUs: fc.boolean(),
});
const post = fc.record({
  text,
  visibility,
  by: fc.record({ acct: fc.constantFrom(...people), isBot: fc.boolean() }).map(anAccount),
  inReplyTo: fc.constantFrom(undefined, "50", "51"),
  spoilerText: fc.constantFrom("", canary),
});
const control = fc.record({
  admins: fc.subarray(people),
  members: fc.subarray(people),
  banned: fc.constantFrom([], ["evil@far.example"]),
  optedOut: fc.subarray(people),
  memberOnly: fc.boolean(),
  tags: fc.constantFrom([], ["ducks"]),
});

interface Trigger {
  readonly status: Status;
  readonly isAdmin: boolean;
}

function isAnnouncing({ status, isAdmin }: Trigger): boolean {
  return isAdmin && /\/announce/u.test(status.text);
}

/** The handles that a server would take for mentions. */
function calledIn(words: string): readonly string[] {
  const handles = words.matchAll(
    /(?<![\p{L}\p{N}_/=])@[\p{L}\p{N}_][\p{L}\p{N}_.-]*(?:@[^\s]+)?/gu,
  );
  return [...handles].map(([handle]) => handle);
}

function expectQuiet(
  said: Pick<TakenPost, "text" | "visibility" | "inReplyTo" | "spoilerText">,
  trigger: Trigger,
): void {
  const { status } = trigger;
  const isAnnouncement = calledIn(said.text).length === 0;
  if (isAnnouncement) {
    expect(isAnnouncing(trigger)).toBe(true);
    expect(said.inReplyTo).toBeUndefined();
    return;
  }
  expect(calledIn(said.text)).toEqual([`@${status.author.acct}`]);
  expect(loudFirst.indexOf(said.visibility)).toBeGreaterThanOrEqual(
    loudFirst.indexOf(status.visibility),
  );
  // Answers are of the program's own words.
  expect(said.text + said.spoilerText).not.toContain(canary);
}

describe("louder never", () => {
  it("holds for every command there is, in every visibility and state", () => {
    const seen = new Map<string, Set<Visibility>>();
    fc.assert(
      fc.property(post, parent, control, fc.constantFrom(80, 500), (given, above, state, limit) => {
        const status = { ...given, text: `@${groupAddress} ${given.text}` };
        const group = aGroup({ ...state, maxCharacters: limit });
        const event = aMention(status);
        const found = aFound({ statuses: [aStatus(above)], accounts: people.map(anAccount) });
        const { effects, because } = decide(event, found, group);
        const isAdmin = group.control.adminUsers.has(event.status.author.acct);
        for (const effect of effects) {
          if (effect.kind === "reblog") {
            expect(["public", "unlisted"]).toContain(above.visibility);
            expect(effect.visibility).toBe(above.visibility);
          }
          if (effect.kind !== "post") continue;
          const { draft } = effect;
          for (const part of draft.parts) {
            const { visibility: loudness, inReplyTo, spoilerText } = draft;
            const said = { text: part, visibility: loudness, inReplyTo, spoilerText };
            expectQuiet(said, { status: event.status, isAdmin });
          }
        }
        const ran = because === "ignore-command" ? "ignore" : because.replace("commands: ", "");
        for (const each of ran.split(", ")) {
          seen.set(each, (seen.get(each) ?? new Set()).add(status.visibility));
        }
      }),
      { numRuns: 2500 },
    );
    for (const command of commands) {
      // A command that is not tried here proves nothing.
      expect([command.names[0], seen.get(command.names[0])?.size]).toEqual([command.names[0], 4]);
    }
  });

  it("holds for what really goes out, through failures, waiting, a crash and a new start", async () => {
    const trouble = fc.constantFrom("none", "refused", "lost", "busy", "crash", "away");
    const events = fc.array(fc.tuple(post, trouble), { minLength: 1, maxLength: 4 });
    const quiet = { by: anAccount(ann), visibility: "direct", spoilerText: "" } as const;
    const open = { id: "50", visibility: "public", rebloggedByUs: false } as const;
    const counts = { posts: 0, boosts: 0, announcements: 0, welcomes: 0 };
    await fc.assert(
      fc.asyncProperty(events, parent, control, async (given, above, state) => {
        await using bench = new GroupBench({ control: aControl(state), characterLimit: 90 });
        const { gateway, clock } = bench;
        for (const who of people) gateway.accounts.set(anAccount(who).acct, anAccount(who));
        const replied = aStatus(above);
        gateway.statuses.set(replied.id, replied);
        await bench.start();
        gateway.happen(aFollow("new@far.example"));
        await settle();
        const triggers = new Map<string, Trigger>();
        for (const [index, [sketch, kind]] of given.entries()) {
          const words = `@${groupAddress} ${sketch.text}`;
          const event = aMention({ ...sketch, id: `t${index}`, text: words });
          const { status } = event;
          // As it will be when it is handled: orders before it may have changed that.
          const isAdmin = bench.store.control.adminUsers.has(status.author.acct);
          triggers.set(status.id, { status, isAdmin });
          if (kind === "refused") gateway.fail("post", answered(422, "permanent"));
          if (kind === "lost") gateway.fail("post", broken(), { isAfterEffect: true });
          if (kind === "busy") gateway.fail("post", answered(429, "transient", 3_600_000));
          if (kind === "away") gateway.fail("post", answered(503, "transient"), { count: 3 });
          if (kind === "crash") gateway.fail("post", broken(), { count: 50 });
          gateway.happen(event);
          await settle();
          if (kind === "crash") {
            await bench.crash();
            gateway.recover();
            await bench.start();
          }
          await clock.advance(60_000);
        }
        await clock.advance(2 * 3_600_000);
        for (const id of gateway.boosts) {
          counts.boosts++;
          expect(["public", "unlisted"]).toContain(gateway.statuses.get(id)?.visibility);
        }
        const roots = new Map<string, string | undefined>();
        for (const said of gateway.posts) {
          counts.posts++;
          // A later part replies to the one before it.
          const to: string | undefined = said.inReplyTo;
          const root = to === undefined ? undefined : roots.has(to) ? roots.get(to) : to;
          roots.set(said.id, root);
          const trigger = root === undefined ? undefined : triggers.get(root);
          if (trigger !== undefined) expectQuiet(said, trigger);
          else if (said.visibility === "direct") {
            counts.welcomes++;
            expect(calledIn(said.text)).toEqual(["@new@far.example"]);
            expect(said.text).not.toContain(canary);
          } else {
            counts.announcements++;
            expect(calledIn(said.text)).toEqual([]);
            expect([...triggers.values()].some(isAnnouncing)).toBe(true);
          }
        }
      }),
      {
        numRuns: 40,
        // Chance alone may leave one of them out.
        examples: [
          [
            [
              [{ ...quiet, text: `/announce ${canary}`, inReplyTo: "51" }, "none"],
              [{ ...quiet, text: "/boost", inReplyTo: "50" }, "none"],
            ],
            { ...open, by: "bob@far.example", text: `parent ${canary}` },
            { admins: [ann], members: [], banned: [], optedOut: [], memberOnly: false, tags: [] },
          ],
        ],
      },
    );
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  }, 60_000);
});
