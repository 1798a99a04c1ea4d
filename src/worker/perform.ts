import type { Draft, Effect, Target } from "../core/effects.js";
import type { EffectOutcome } from "../core/facts.js";
import type { AccountId, StatusId } from "../core/model.js";
import { rankOf } from "../core/rank.js";
import { GatewayError } from "../errors.js";
import type { OutgoingPost } from "../ports.js";
import { confirmSignedIn, ranked, type Session } from "./session.js";

/** Decided work on its way into the world. */
export interface Task {
  readonly effects: readonly Effect[];
  /** It was begun before a crash, so that any of its effects may have happened. */
  readonly isResumed: boolean;
  /** How many of the effects are done. */
  doneCount: number;
  /** The next effect was tried and may have happened, for all we know. */
  isInDoubt: boolean;
  /** How often the server has refused the next post; it is tried again under a new key. */
  refusalCount: number;
  /** The parts of the next effect's draft that are out. */
  posted: StatusId[];
}

/** A task of which nothing is done yet. */
export function newTask(effects: readonly Effect[], origin: Pick<Task, "isResumed">): Task {
  return {
    ...origin,
    effects,
    isInDoubt: origin.isResumed,
    doneCount: 0,
    refusalCount: 0,
    posted: [],
  };
}

/** On to the next effect. */
export function passOver(task: Task): void {
  task.doneCount++;
  task.isInDoubt = task.isResumed;
  task.refusalCount = 0;
  task.posted = [];
}

/**
 * Makes the effects of a task happen that are still to be done, in order, and remembers them. One
 * that the server refuses for good is logged and skipped.
 *
 * @throws GatewayError `transient`, `auth`: the task says how far it came, and can be performed again;
 * CannotRun
 */
export async function perform(task: Task, given: Session, signal: AbortSignal): Promise<void> {
  const { clock, log, settings, witness } = given.deps;
  for (const effect of task.effects.slice(task.doneCount)) {
    const session = ranked(given, rankOf(effect, given.control));
    const { gateway } = session.deps;
    let outcome: EffectOutcome = "done";
    try {
      switch (effect.kind) {
        case "reblog":
          // GoToSocial and Hollo make a second boost of a second request.
          if (!task.isInDoubt || !(await isReblogged(effect.status, session, signal))) {
            await gateway.reblog(effect.status, effect.visibility, signal);
          }
          noteShared(effect, session);
          break;
        case "unreblog":
          await gateway.unreblog(effect.status, signal);
          session.memory.noteUnshared(effect.uri);
          break;
        case "delete":
          await gateway.deleteStatus(effect.status, signal);
          break;
        case "post":
          await postAll(effect.draft, task, session, signal);
          await confirmAnnounced(effect.draft, task, session, signal);
          session.memory.notePosted(effect.draft, clock.now());
          break;
        case "follow":
          await gateway.follow(await idOf(effect.target, session, signal), signal);
          break;
        case "unfollow":
          await gateway.unfollow(await idOf(effect.target, session, signal), signal);
          break;
        case "accept-follow":
          await gateway.acceptFollow(await idOf(effect.target, session, signal), signal);
          break;
      }
    } catch (error) {
      await judge(error, effect, task, session, signal);
      outcome = "refused";
      log.warn(
        { effect: effect.kind, ...effectIds(effect), err: error },
        "The server refuses this for good; skipped.",
      );
    }
    passOver(task);
    witness({ kind: "effect", effect, outcome });
    if (settings.delayAfterPostMs > 0) await clock.sleep(settings.delayAfterPostMs, signal);
  }
}

/** Lets pass what is refused for good, and notes what is known of anything else before it goes up. */
async function judge(
  error: unknown,
  effect: Effect,
  task: Task,
  { deps }: Session,
  signal: AbortSignal,
): Promise<void> {
  if (!(error instanceof GatewayError)) throw error;
  if (error.failure !== "permanent") {
    // The key that a lost answer may belong to is tried once more; some servers (Pleroma) remember
    // a refusal by it, too.
    const isRefused = error.isOutcomeKnown || task.isInDoubt;
    if (error.status !== undefined && effect.kind === "post" && isRefused) task.refusalCount++;
    task.isInDoubt ||= !error.isOutcomeKnown;
    throw error;
  }
  // Pleroma answers 403 to everything once the token is dead.
  if (error.status === 403) await confirmSignedIn(deps, signal);
}

async function isReblogged(
  id: StatusId,
  { deps: { gateway } }: Session,
  signal: AbortSignal,
): Promise<boolean> {
  return (await gateway.status(id, signal))?.rebloggedByUs === true;
}

function noteShared(
  { uri, status, sharedBy }: Effect & { readonly kind: "reblog" },
  { memory, deps: { clock } }: Session,
): void {
  memory.noteShared({ uri, status, by: sharedBy, at: clock.now() });
}

/** Sends the parts of a draft that are not out yet, each in reply to the one before. */
async function postAll(
  draft: Draft,
  task: Task,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { gateway } = session.deps;
  const { visibility, spoilerText, isSensitive, language } = draft;
  for (const [index, text] of draft.parts.entries()) {
    if (index < task.posted.length) continue;
    const post: OutgoingPost = {
      text,
      inReplyTo: task.posted.at(-1) ?? draft.inReplyTo,
      visibility,
      spoilerText,
      isSensitive,
      language,
      mediaIds: [],
      // Pleroma replays a refusal to whoever repeats its key.
      key: `${draft.key} ${index}${task.refusalCount === 0 ? "" : ` again ${task.refusalCount}`}`,
    };
    const found = task.isInDoubt ? await gateway.findPost(post, signal) : undefined;
    if (found === undefined) {
      const mediaIds = index === 0 ? await copyAttachments(draft, session, signal) : [];
      task.posted.push(await gateway.post({ ...post, mediaIds }, signal));
    } else {
      task.posted.push(found);
    }
    task.isInDoubt = task.isResumed;
    task.refusalCount = 0;
  }
}

/** Mastodon's spam filter answers 200 and keeps nothing; of an announcement somebody should know. */
async function confirmAnnounced(
  { purpose }: Draft,
  { posted: [first] }: Task,
  { deps: { gateway, log } }: Session,
  signal: AbortSignal,
): Promise<void> {
  if (purpose !== "announcement" || first === undefined) return;
  try {
    if ((await gateway.status(first, signal)) !== undefined) return;
    log.warn({ statusId: first }, "The server took an announcement, but it is not there.");
  } catch (error) {
    // It was only a look.
    if (!(error instanceof GatewayError)) throw error;
  }
}

async function copyAttachments(
  draft: Draft,
  { deps: { gateway, log } }: Session,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const attachment of draft.attachments) {
    try {
      ids.push(await gateway.copyMedia(attachment, signal));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
      log.warn({ err: error }, "Could not copy an attachment; posting without it.");
    }
  }
  return ids;
}

/** @throws GatewayError `permanent` when nobody answers to the name */
async function idOf(target: Target, session: Session, signal: AbortSignal): Promise<AccountId> {
  if (target.id !== undefined) return target.id;
  const account = await session.deps.gateway.account(target.acct, signal);
  if (account !== undefined) return account.id;
  throw new GatewayError("No such account.", { failure: "permanent", isOutcomeKnown: true });
}

/** What a log line says of an effect: ids and addresses, never text. */
export function effectIds(effect: Effect): Readonly<Record<string, string | undefined>> {
  switch (effect.kind) {
    case "reblog":
    case "unreblog":
    case "delete":
      return { statusId: effect.status };
    case "post":
      return { purpose: effect.draft.purpose, to: effect.draft.to?.acct };
    case "follow":
    case "unfollow":
    case "accept-follow":
      return { target: effect.target.acct };
  }
}
