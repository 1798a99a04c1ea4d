import type { ApiStatus, SandboxUser } from "../sandbox/surface.js";
import { answerTo, type Effect, type Ledger, shareOf } from "./ledger.js";
import type { Circle } from "./town.js";

/** One circle as the traffic knows it. */
export interface Scene {
  readonly circle: Circle;
  readonly ledger: Ledger;
  /** Shared posts, newest last, that nobody has touched since. */
  readonly shared: Own[];
  /** When the group was last made to boost or to write. */
  readonly loudAt: number[];
  /** When the last events of all came. */
  readonly eventsAt: number[];
  /** The group's control as the commands have made it. */
  readonly tags: Set<string>;
  readonly banned: Set<string>;
  /** The answer to this post must be there before the next order is given. */
  order: Effect | undefined;
  /** What the stranger did last, and what must have come of it before they go on. */
  stranger: { readonly kind: "away" | "follows" | "has left"; readonly effect: Effect | undefined };
  greetings: number;
  /** A shared post that people reply to. It stays: a reply whose parent is gone looks like a post. */
  topic: { readonly own: Own; readonly replies: number } | undefined;
  thread: { readonly tip: Own; readonly length: number } | undefined;
  /** Of the texts that were written. */
  count: number;
}

/** A post and who can change it. */
export interface Own {
  readonly author: SandboxUser;
  readonly status: ApiStatus;
}

const keptShared = 20;

/** The beginning. */
export function aScene(circle: Circle, ledger: Ledger): Scene {
  return {
    ...{
      circle,
      ledger,
      shared: [],
      loudAt: [],
      eventsAt: [],
      banned: new Set(),
      count: 0,
      greetings: 0,
    },
    tags: new Set([circle.tag]),
    order: undefined,
    stranger: { kind: "away", effect: undefined },
    topic: undefined,
    thread: undefined,
  };
}

/** A text unlike all others. */
export function words(scene: Scene, what: string): string {
  scene.count++;
  return `${what} number ${scene.count}, with a word or two about ducks.`;
}

/** A text that names the group. */
export function named({ circle }: Scene, text: string): string {
  return `@${circle.group.acct} ${text}`;
}

/** Writes to nobody but the group. */
export function direct(scene: Scene, author: SandboxUser, text: string, inReplyTo?: string) {
  const place = inReplyTo === undefined ? {} : { inReplyTo };
  return author.post(named(scene, text), { visibility: "direct", ...place });
}

/** The group will share this post. @param sinceMs when it got reason to, unless at once */
export function expectShare({ circle, ledger, shared }: Scene, own: Own, sinceMs?: number): void {
  const { uri } = own.status;
  ledger.expect(
    shareOf(circle.group.acct, uri),
    sinceMs === undefined ? { uri } : { atMs: sinceMs },
  );
  shared.push(own);
  if (shared.length > keptShared) shared.shift();
}

/** The group will answer this post. */
export function expectAnswer({ circle, ledger }: Scene, { uri }: ApiStatus): string {
  const effect = answerTo(circle.group.acct, uri);
  ledger.expect(effect, { uri });
  return effect;
}

/** A post that was shared for certain, and is taken out of the list. */
export function takeShared({ circle, ledger, shared }: Scene): Own | undefined {
  const index = shared.findIndex(({ status }) =>
    ledger.isDone(shareOf(circle.group.acct, status.uri)),
  );
  return index < 0 ? undefined : shared.splice(index, 1)[0];
}
