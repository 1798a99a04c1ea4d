import { type Mark, Missed } from "../core/missed.js";
import type { GroupEvent } from "../core/model.js";
import { GatewayError } from "../errors.js";
import type { Page } from "../ports.js";
import type { ListMemory } from "./list-memory.js";
import { listKey } from "./memory.js";
import { confirmSignedIn, type Session } from "./session.js";

const maxEmptyPages = 5;

/** One of the two lists that tell what was missed. */
interface List {
  readonly name: "notifications" | "home";
  readonly read: (maxId: string | undefined) => Promise<Page>;
  readonly cap: number;
  readonly memory: ListMemory;
}

/**
 * Asks the server what came in since the last look and has it handled, oldest first: notifications,
 * then the home timeline, each at most as many as the settings allow. What the cap cuts off counts
 * as seen and is warned of. A list that cannot be read does not keep the other from being read.
 *
 * @throws GatewayError `transient` or `auth`, when a list could not be read
 */
export async function catchUp(
  session: Session,
  to: {
    readonly handle: (event: GroupEvent) => Promise<void>;
    /** Keys of the events that were streamed and wait for their turn: those were not missed. */
    readonly waitingKeys: () => ReadonlySet<string>;
  },
  signal: AbortSignal,
): Promise<void> {
  let failure: GatewayError | undefined;
  for (const list of listsOf(session, signal)) {
    try {
      const missed = await missedIn(list, to.waitingKeys, session, signal);
      if (missed.length > 0) {
        session.deps.log.debug({ list: list.name, count: missed.length }, "Catching up.");
      }
      for (const event of missed) await to.handle(event);
      if (list.memory.noteRead()) session.saver.stateChanged();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** A group that has never run starts from now: what is there already counts as seen. */
export async function startFromNow(session: Session, signal: AbortSignal): Promise<void> {
  for (const list of listsOf(session, signal)) {
    const page = await readPage(list, undefined, session, signal);
    for (const event of page.events.toReversed()) session.memory.noteDone(event, false);
    list.memory.noteRead();
  }
  // Or a crash would make a later moment the beginning, and what came between was nobody's.
  await session.saver.secureState(signal);
}

function listsOf({ deps, memory }: Session, signal: AbortSignal): readonly List[] {
  const { gateway, settings } = deps;
  return [
    {
      name: "notifications",
      read: (maxId) => gateway.notifications(maxId, signal),
      cap: settings.maxCatchupNotifs,
      memory: memory.notifications,
    },
    {
      name: "home",
      read: (maxId) => gateway.home(maxId, signal),
      cap: settings.maxCatchupStatuses,
      memory: memory.home,
    },
  ];
}

async function missedIn(
  list: List,
  waitingKeys: () => ReadonlySet<string>,
  session: Session,
  signal: AbortSignal,
): Promise<readonly GroupEvent[]> {
  const { clock, log, settings } = session.deps;
  if (list.cap === 0) return [];
  let waiting: ReadonlySet<string> = new Set();
  const told = list.memory.mark;
  const mark = { ...told, isKnown: (key: string) => told.isKnown(key) || waiting.has(key) };
  const missed = new Missed<{
    readonly key: string;
    readonly at: number;
    readonly event: GroupEvent;
  }>(mark);
  const keys = new Set<string>();
  let emptyPages = 0;
  let isOverlapDue = true;
  for (let maxId: string | undefined; ; ) {
    const page = await readPage(list, maxId, session, signal);
    const knownCount = keys.size;
    const entries = page.events.map((event) => ({ key: listKey(event), at: event.at, event }));
    for (const { key } of entries) keys.add(key);
    waiting = waitingKeys();
    missed.read(entries);
    const { isComplete } = missed;
    // GoToSocial's pages may be empty though more follows; repeated ones are the end.
    if (page.events.length === 0) emptyPages++;
    const isStuck =
      page.events.length === 0 ? emptyPages > maxEmptyPages : keys.size === knownCount;
    const isExhausted =
      (isComplete && !(isOverlapDue && isUnclear(page, mark))) ||
      page.nextMaxId === undefined ||
      page.nextMaxId === maxId ||
      isStuck;
    if (isComplete) isOverlapDue = false;
    const found = isExhausted || missed.mostCount >= list.cap ? missed.entries() : [];
    if (isExhausted || found.length >= list.cap) {
      const taken = found.slice(0, list.cap);
      const skipped = found.slice(list.cap);
      if (skipped.length > 0 || !isExhausted) {
        log.warn(
          {
            list: list.name,
            cap: list.cap,
            skipped: isExhausted ? skipped.length : `${skipped.length} or more`,
          },
          "More was missed than may be caught up; the oldest was skipped. Raise max_catchup_notifs or max_catchup_statuses to take more.",
        );
      }
      for (const { event } of skipped.toReversed()) session.memory.noteDone(event, false);
      return taken.map(({ event }) => event).toReversed();
    }
    maxId = page.nextMaxId;
    await clock.sleep(settings.delayFetchPageMs, signal);
  }
}

/**
 * Is it unclear whether what was handled before reaches down to the end of this page, and not only to
 * somewhere within it? Then one more page is read: what came late, or in another order, stands a
 * little below what was handled before.
 */
function isUnclear({ events }: Page, mark: Mark): boolean {
  const firstKnown = events.findIndex((event) => mark.isKnown(listKey(event)));
  const last = events.at(-1);
  return (
    firstKnown >= events.length / 2 ||
    (mark.hasKeys && last !== undefined && !mark.isPlace(listKey(last)))
  );
}

async function readPage(
  list: List,
  maxId: string | undefined,
  { deps }: Session,
  signal: AbortSignal,
): Promise<Page> {
  try {
    return await list.read(maxId);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
    // Pleroma answers 403 to everything once the token is dead.
    if (error.status === 403) await confirmSignedIn(deps, signal);
    deps.log.warn({ list: list.name, err: error }, "The server does not give this list.");
    return { events: [], nextMaxId: undefined };
  }
}
