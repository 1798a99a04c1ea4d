import { paceOf } from "../core/answers.js";
import { decide, isHomeMention, needs } from "../core/decide.js";
import type { Decision, Effect } from "../core/effects.js";
import { applyChange, type ControlChange, standingOf } from "../core/group.js";
import type { Account, Acct, GroupEvent, Status, StatusId } from "../core/model.js";
import type { Rank } from "../core/rank.js";
import { type Found, type Needs, nothingFound } from "../core/situation.js";
import { GatewayError, messageOf } from "../errors.js";
import { CannotRun } from "./deps.js";
import { eventFields, logDecision } from "./log-events.js";
import { createPatience, type Patience } from "./patience.js";
import { effectIds, newTask, passOver, perform, type Task } from "./perform.js";
import { areSharesPutOff, dropOvertaken, longWaitOf, putOff } from "./put-off.js";
import { groupOf, ranked, type Session } from "./session.js";

/**
 * Handles one event to its end: once, whatever happens on the way. Waits out an outage of the
 * server; gives up on an event only when it fails again and again although the server is well.
 *
 * @throws CannotRun; the signal's reason when aborted, and then the event counts as not handled
 */
export async function handle(
  event: GroupEvent,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const asMention = countsAsMention(event, session);
  if (isDone(event, asMention, session)) return;
  const key = eventKey(event, asMention);
  const bear = createPatience(session, eventFields(event));
  let decision: Decision | undefined;
  let task: Task | undefined;
  for (let isOver = false; !isOver; ) {
    try {
      if (decision === undefined || task === undefined) {
        const group = groupOf(session);
        const found = await lookUp(
          needs(event, group),
          ranked(session, rankIn(event, session)),
          signal,
        );
        decision = decide(event, found, group);
        task = newTask(decision.effects, { isResumed: session.memory.isDoubtful });
        dropOvertaken(decision.effects, session);
        countAnswers(event, decision.effects, session);
        if (isJournalled(event, decision, session)) await journal(key, decision, session, signal);
      }
      queueShares(task, session);
      await perform(task, session, signal);
      isOver = true;
      session.deps.witness({ kind: "handled", event, decision });
      logDecision(event, asMention, decision, session);
    } catch (error) {
      if (isPutOff(error, task, session)) continue;
      isOver = await isHopeless(error, bear, { task, fields: eventFields(event) }, session, signal);
      if (isOver) session.deps.witness({ kind: "gave-up", event, because: messageOf(error) });
    }
  }
  session.memory.noteDone(event, asMention);
  if (decision !== undefined && isJournalled(event, decision, session)) {
    session.memory.finish(key);
    await session.saver.saveState();
  } else {
    session.saver.stateChanged();
  }
}

/** Finishes what was begun before a crash, each effect after asking whether it has happened. */
export async function finishPending(session: Session, signal: AbortSignal): Promise<void> {
  for (const { key, changes, effects, putOffAt } of session.memory.pending) {
    if (putOffAt !== undefined) continue;
    // A version that knows no journal did it, say, and left the line that tells of its beginning.
    if (session.memory.wasHandled(key)) {
      session.memory.drop(key);
      session.saver.stateChanged();
      continue;
    }
    session.deps.log.info({ effects: effects.length }, "Finishing what was begun before.");
    await changeControl(changes, session, signal);
    const task = newTask(effects, { isResumed: true });
    const bear = createPatience(session, { key });
    for (let isOver = false; !isOver; ) {
      try {
        await perform(task, session, signal);
        isOver = true;
      } catch (error) {
        if (isPutOff(error, task, session)) continue;
        isOver = await isHopeless(error, bear, { task, fields: { key } }, session, signal);
      }
    }
    session.deps.witness({ kind: "goes-on", for: "event" });
    session.memory.finish(key);
    await session.saver.saveState();
  }
}

/** Puts what the server has no room for aside, so that the task can go on with its next effect. */
function isPutOff(error: unknown, task: Task | undefined, session: Session): boolean {
  const effect = task?.effects[task.doneCount];
  if (task === undefined || effect === undefined) return false;
  const waitMs = longWaitOf(error, effect, session);
  if (waitMs === undefined || !putOff(effect, session, waitMs)) return false;
  session.deps.log.warn(
    { effect: effect.kind, ...effectIds(effect), err: error },
    "The server has no room for this now; put off.",
  );
  passOver(task);
  return true;
}

/** A share goes behind those that wait already. */
function queueShares(task: Task, session: Session): void {
  const effect = task.effects[task.doneCount];
  if (effect?.kind !== "reblog" || !areSharesPutOff(session)) return;
  if (putOff(effect, session)) passOver(task);
}

/** Waits where that may help. True: it will not, and the work is given up or put off. */
async function isHopeless(
  error: unknown,
  bear: Patience,
  work: { readonly task: Task | undefined; readonly fields: Readonly<Record<string, unknown>> },
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  const { task, fields } = work;
  try {
    await bear(error, signal);
    return false;
  } catch (final) {
    signal.throwIfAborted();
    if (final instanceof CannotRun) throw final;
    const { log } = session.deps;
    // A server may take nothing for hours and still say that it is well.
    if (task !== undefined && final instanceof GatewayError && putOffRest(task, session)) {
      log.error(
        { ...fields, err: final },
        "Could not handle an event; put off what is left of it.",
      );
    } else {
      // A bug, or what no server will ever let through: it must not block what is behind it.
      log.error({ ...fields, err: final }, "Could not handle an event; skipped it.");
    }
    return true;
  }
}

/** False: there is nothing left of it, or no room for what is. */
function putOffRest({ effects, doneCount }: Task, session: Session): boolean {
  const areKept = effects.slice(doneCount).map((effect) => putOff(effect, session));
  return areKept.length > 0 && areKept.every(Boolean);
}

/**
 * A plain share is not, where the status itself tells whether it happened. /boost is: decided anew,
 * it would be refused for what it has done.
 */
function isJournalled(
  event: GroupEvent,
  { changes, effects }: Decision,
  { traits }: Session,
): boolean {
  const own = traits.tellsOwnBoosts && "status" in event ? event.status.uri : undefined;
  const isLeftToStatus = (effect: Effect) => effect.kind === "reblog" && effect.uri === own;
  return changes.length > 0 || !effects.every(isLeftToStatus);
}

/** Writes down what is about to happen, then changes the control; waits for the disk if need be. */
export async function journal(
  key: string,
  { changes, effects }: Pick<Decision, "changes" | "effects">,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  session.memory.begin({ key, changes, effects });
  await session.saver.secureState(signal);
  await changeControl(changes, session, signal);
}

async function changeControl(
  changes: readonly ControlChange[],
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  if (changes.length === 0) return;
  session.control = changes.reduce(applyChange, session.control);
  await session.saver.secureControl(session.control, signal);
}

async function lookUp(wanted: Needs, session: Session, signal: AbortSignal): Promise<Found> {
  const { statuses = [], accounts = [] } = wanted;
  if (statuses.length === 0 && accounts.length === 0) return nothingFound;
  const { gateway } = session.deps;
  const foundStatuses = new Map<StatusId, Status | undefined>();
  for (const id of new Set(statuses)) {
    foundStatuses.set(id, await gateway.status(id, signal));
  }
  const foundAccounts = new Map<Acct, Account | undefined>();
  for (const acct of new Set(accounts)) {
    foundAccounts.set(acct, await gateway.account(acct, signal));
  }
  return { status: (id) => foundStatuses.get(id), account: (acct) => foundAccounts.get(acct) };
}

/** What an admin wants to be done does not wait for what others want. */
function rankIn(event: GroupEvent, { control }: Session): Rank {
  const isByAdmin = "status" in event && standingOf(control, event.status.author.acct) === "admin";
  return isByAdmin ? "moderation" : "share";
}

/** Some servers tell of a mention in the home timeline only, others in both places. */
function countsAsMention(event: GroupEvent, { self }: Session): boolean {
  return event.kind === "mention" || (event.kind === "home" && isHomeMention(event, self));
}

/** Was it handled before, by whichever road it came? */
export function isDone(event: GroupEvent, asMention: boolean, { memory }: Session): boolean {
  if (memory.hasSeen(event)) return true;
  if (!memory.wasHandled(eventKey(event, asMention))) return false;
  memory.noteDone(event, asMention);
  return true;
}

function eventKey(event: GroupEvent, asMention: boolean): string {
  if (event.kind === "home") return asMention ? event.status.uri : `home ${event.status.uri}`;
  return event.kind === "mention" ? event.status.uri : event.id;
}

/** Counted as soon as they are decided on: they may be put off, and more be asked meanwhile. */
function countAnswers(event: GroupEvent, effects: readonly Effect[], session: Session): void {
  if (!("status" in event)) return;
  const { author } = event.status;
  const pace = paceOf(author, session.control);
  for (const effect of effects) {
    if (effect.kind !== "post" || effect.draft.to === undefined) continue;
    session.memory.noteAnswer(author.acct, pace, session.deps.clock.now());
  }
}
