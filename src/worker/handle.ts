import { isMentioned } from "../core/addressed.js";
import { doubling } from "../core/backoff.js";
import { decide, needs } from "../core/decide.js";
import type { Decision } from "../core/effects.js";
import { applyChange, type ControlChange } from "../core/group.js";
import type { Account, Acct, GroupEvent, Status, StatusId } from "../core/model.js";
import { type Found, type Needs, nothingFound } from "../core/situation.js";
import type { PendingWork } from "../core/state.js";
import { GatewayError } from "../errors.js";
import { homeKey } from "./memory.js";
import { effectIds, perform } from "./perform.js";
import { retry } from "./retry.js";
import { confirmSignedIn, groupOf, type Session, SignedOut } from "./session.js";

const lookupPolicy = { policy: doubling({ firstMs: 1000, capMs: 60_000 }), attempts: 5 };
const outagePolicy = doubling({ firstMs: 5000, capMs: 5 * 60_000 });
const maxRounds = 3;

/**
 * Handles one event to its end: once, whatever happens on the way. Waits out an outage of the
 * server; gives up on an event only when it fails three times although the server is well.
 *
 * @throws SignedOut; the signal's reason when aborted, and then the event counts as not handled
 */
export async function handle(
  event: GroupEvent,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const asMention = countsAsMention(event, session);
  if (isDone(event, asMention, session)) return;
  try {
    let begun: Begun | undefined;
    await persevere(session, eventFields(event), signal, async () => {
      begun ??= await begin(event, asMention, session, signal);
      await performRest(begun, session, isFromBot(event), signal);
    });
    if (begun !== undefined) await finish(begun, event, asMention, session);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SignedOut) throw error;
    // A bug, or an event that no server will ever let through: it must not block those behind it.
    session.deps.log.error(
      { ...eventFields(event), err: error },
      "Could not handle an event; skipped it.",
    );
    session.memory.finish(eventKey(event, asMention));
  }
  session.memory.noteDone(event, asMention);
  session.saver.stateChanged();
}

/** Finishes what was begun before a crash, each effect after asking whether it has happened. */
export async function finishPending(session: Session, signal: AbortSignal): Promise<void> {
  for (const work of session.memory.pending) {
    session.deps.log.info({ effects: work.effects.length }, "Finishing what was begun before.");
    const begun: Begun = { work, because: "resumed", doneCount: 0, isInterrupted: true };
    try {
      await persevere(session, {}, signal, async () => {
        await changeControl(work.changes, session);
        await performRest(begun, session, false, signal);
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof SignedOut) throw error;
      session.deps.log.error({ err: error }, "Could not finish what was begun before; dropped it.");
    }
    session.memory.finish(work.key);
    await session.saver.saveState();
  }
}

/** A decision on its way into the world. */
interface Begun {
  readonly work: PendingWork;
  readonly because: string;
  readonly details?: Decision["details"];
  /** How many of the effects are done. */
  doneCount: number;
  /** The next effect was tried before and may have happened. */
  isInterrupted: boolean;
}

/** Repeats `work` until it succeeds, fails for good, or the server has been well three times. */
async function persevere(
  session: Session,
  fields: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  const { clock, random, log } = session.deps;
  for (let round = 1, waits = 0; ; waits++) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError) || error.failure === "permanent") throw error;
      try {
        await confirmSignedIn(session.deps, signal);
        // The server is well and knows us; it is this event that it will not have.
        if (round >= maxRounds) throw error;
        round++;
      } catch (confirmation) {
        signal.throwIfAborted();
        const isOutage =
          confirmation instanceof GatewayError && confirmation.failure === "transient";
        if (confirmation === error || !isOutage) throw confirmation;
      }
      const delayMs = error.retryAfterMs ?? outagePolicy(waits, random);
      log.warn({ ...fields, err: error, delayMs }, "The server does not take it; waiting.");
      await clock.sleep(delayMs, signal);
    }
  }
}

/** Decides, and puts what cannot be read off the server later into the journal. */
async function begin(
  event: GroupEvent,
  asMention: boolean,
  session: Session,
  signal: AbortSignal,
): Promise<Begun> {
  const group = groupOf(session);
  const found = await lookUp(needs(event, group), session, signal);
  const { changes, effects, because, details } = decide(event, found, group);
  const work: PendingWork = { key: eventKey(event, asMention), changes, effects };
  if (isJournalled(work)) {
    session.memory.begin(work);
    await session.saver.saveState();
    await changeControl(changes, session);
  }
  return { work, because, details, doneCount: 0, isInterrupted: false };
}

/** A plain share is not: whether it happened can be read off the status itself. */
function isJournalled({ changes, effects }: PendingWork): boolean {
  return changes.length > 0 || effects.some(({ kind }) => kind !== "reblog");
}

async function performRest(
  begun: Begun,
  session: Session,
  isFromBot: boolean,
  signal: AbortSignal,
): Promise<void> {
  for (const effect of begun.work.effects.slice(begun.doneCount)) {
    const options = { isResumed: begun.isInterrupted, isFromBot };
    // Set before, cleared after: whoever comes back after a failure finds it set.
    begun.isInterrupted = true;
    await perform(effect, session, options, signal);
    begun.doneCount++;
    // In a resumed run everything is in doubt, not only the first effect.
    begun.isInterrupted = options.isResumed && begun.because === "resumed";
  }
}

async function finish(
  { work, because, details }: Begun,
  event: GroupEvent,
  asMention: boolean,
  session: Session,
): Promise<void> {
  if (isJournalled(work)) {
    session.memory.finish(work.key);
    session.memory.noteDone(event, asMention);
    await session.saver.saveState();
  }
  logDecision(event, { ...work, because, details }, session);
}

async function changeControl(changes: readonly ControlChange[], session: Session): Promise<void> {
  if (changes.length === 0) return;
  session.control = changes.reduce(applyChange, session.control);
  await session.saver.saveControl(session.control);
}

async function lookUp(wanted: Needs, session: Session, signal: AbortSignal): Promise<Found> {
  const { statuses = [], accounts = [] } = wanted;
  if (statuses.length === 0 && accounts.length === 0) return nothingFound;
  const { gateway } = session.deps;
  const ask = <T>(call: () => Promise<T>) => retry(call, lookupPolicy, session.deps, signal);
  const foundStatuses = new Map<StatusId, Status | undefined>();
  for (const id of new Set(statuses)) {
    foundStatuses.set(id, await ask(() => gateway.status(id, signal)));
  }
  const foundAccounts = new Map<Acct, Account | undefined>();
  for (const acct of new Set(accounts)) {
    foundAccounts.set(acct, await ask(() => gateway.account(acct, signal)));
  }
  return { status: (id) => foundStatuses.get(id), account: (acct) => foundAccounts.get(acct) };
}

/** Some servers tell of a mention in the home timeline only, others in both places. */
function countsAsMention(event: GroupEvent, { self }: Session): boolean {
  return event.kind === "mention" || (event.kind === "home" && isMentioned(event.status, self));
}

/** Was it handled before, by whichever road it came? */
export function isDone(event: GroupEvent, asMention: boolean, { memory }: Session): boolean {
  const isSeen =
    event.kind === "home"
      ? memory.hasSeenStatus(homeKey(event.status))
      : memory.hasSeenNotification(event.id);
  if (isSeen) return true;
  if (!memory.wasHandled(eventKey(event, asMention))) return false;
  memory.noteDone(event, asMention);
  return true;
}

function eventKey(event: GroupEvent, asMention: boolean): string {
  if (event.kind === "home") return asMention ? event.status.uri : `home ${event.status.uri}`;
  return event.kind === "mention" ? event.status.uri : event.id;
}

function isFromBot(event: GroupEvent): boolean {
  if ("status" in event) return event.status.author.isBot;
  return "account" in event && event.account.isBot;
}

function eventFields(event: GroupEvent): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case "mention":
    case "home":
      return { event: event.kind, statusId: event.status.id, author: event.status.author.acct };
    case "follow":
    case "follow-request":
      return { event: event.kind, notificationId: event.id, author: event.account.acct };
    case "other":
      return { event: event.type.slice(0, 40), notificationId: event.id };
  }
}

function logDecision(event: GroupEvent, decision: Decision, { deps: { log } }: Session): void {
  const fields = {
    ...eventFields(event),
    because: decision.because,
    ...decision.details,
    ...(decision.effects.length > 0 && {
      did: decision.effects.map((effect) => ({ effect: effect.kind, ...effectIds(effect) })),
    }),
  };
  const isQuiet = decision.effects.length === 0 && event.kind !== "mention";
  if (isQuiet) log.debug(fields, "Nothing to do.");
  else if (decision.effects.some(({ kind }) => kind === "reblog"))
    log.info(fields, "Shared a status.");
  else
    log.info(
      fields,
      decision.effects.length > 0 ? "Acted on an event." : "Did not act on a mention.",
    );
}
