import { doubling } from "../core/backoff.js";
import type { Draft, Effect, Target } from "../core/effects.js";
import type { AccountId, StatusId } from "../core/model.js";
import { GatewayError } from "../errors.js";
import type { OutgoingPost } from "../ports.js";
import { type Attempt, retry } from "./retry.js";
import { confirmSignedIn, type Session } from "./session.js";

const callPolicy = { policy: doubling({ firstMs: 1000, capMs: 60_000 }), attempts: 5 };

export interface PerformOptions {
  /** The effect was begun before a crash: look whether it happened before doing it again. */
  readonly isResumed: boolean;
  /** Whoever caused the effect is marked as a bot. */
  readonly isFromBot: boolean;
}

/**
 * Makes one effect happen and remembers it. An effect that the server refuses for good is logged
 * and skipped; `false` says so.
 *
 * @throws GatewayError `transient` when the retries are used up, `auth`; SignedOut
 */
export async function perform(
  effect: Effect,
  session: Session,
  options: PerformOptions,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await act(effect, session, options, signal);
    return true;
  } catch (error) {
    if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
    // Pleroma answers 403 to everything once the token is dead (servers.md rule 16).
    if (error.status === 403) await confirmSignedIn(session.deps, signal);
    session.deps.log.warn(
      { effect: effect.kind, ...effectIds(effect), err: error },
      "The server refuses this for good; skipped.",
    );
    return false;
  }
}

async function act(
  effect: Effect,
  session: Session,
  options: PerformOptions,
  signal: AbortSignal,
): Promise<void> {
  const { gateway, clock } = session.deps;
  const call = <T>(request: (attempt: Attempt) => Promise<T>) =>
    retry(request, callPolicy, session.deps, signal);
  const paced = async <T>(request: (attempt: Attempt) => Promise<T>): Promise<T> => {
    const result = await call(request);
    const { delayAfterPostMs } = session.deps.settings;
    if (delayAfterPostMs > 0) await clock.sleep(delayAfterPostMs, signal);
    return result;
  };

  switch (effect.kind) {
    case "reblog":
      await paced((attempt) => reblogOnce(effect, session, isInDoubt(attempt, options), signal));
      session.memory.noteShared({
        uri: effect.uri,
        status: effect.status,
        by: effect.sharedBy,
        at: clock.now(),
      });
      return;
    case "unreblog":
      await paced(() => gateway.unreblog(effect.status, signal));
      session.memory.noteUnshared(effect.uri);
      return;
    case "delete":
      await paced(() => gateway.deleteStatus(effect.status, signal));
      return;
    case "post":
      await postAll(effect.draft, session, options, paced, signal);
      session.memory.notePosted(effect.draft, clock.now(), options.isFromBot);
      return;
    case "follow": {
      const id = await call(() => idOf(effect.target, session, signal));
      await paced(() => gateway.follow(id, signal));
      return;
    }
    case "unfollow": {
      const id = await call(() => idOf(effect.target, session, signal));
      await paced(() => gateway.unfollow(id, signal));
      return;
    }
    case "accept-follow": {
      const id = await call(() => idOf(effect.target, session, signal));
      await paced(() => gateway.acceptFollow(id, signal));
      return;
    }
  }
}

/** Did an earlier attempt perhaps take effect without our hearing of it? */
function isInDoubt({ lastError }: Attempt, { isResumed }: PerformOptions): boolean {
  return isResumed || (lastError !== undefined && !lastError.isOutcomeKnown);
}

async function reblogOnce(
  effect: Effect & { readonly kind: "reblog" },
  { deps: { gateway } }: Session,
  isDoubtful: boolean,
  signal: AbortSignal,
): Promise<void> {
  // GoToSocial and Hollo make a second boost of a second request (servers.md rule 14).
  if (isDoubtful && (await gateway.status(effect.status, signal))?.rebloggedByUs === true) return;
  await gateway.reblog(effect.status, effect.visibility, signal);
}

async function postAll(
  draft: Draft,
  session: Session,
  options: PerformOptions,
  paced: <T>(request: (attempt: Attempt) => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<void> {
  const { gateway, clock } = session.deps;
  const mediaIds = await copyAttachments(draft, session, paced, signal);
  let inReplyTo: StatusId | undefined = draft.inReplyTo;
  for (const [index, text] of draft.parts.entries()) {
    const post: OutgoingPost = {
      text,
      inReplyTo,
      visibility: draft.visibility,
      spoilerText: draft.spoilerText,
      isSensitive: draft.isSensitive,
      mediaIds: index === 0 ? mediaIds : [],
      language: draft.language,
      key: `${draft.key} ${index}`,
    };
    let { key } = post;
    inReplyTo = await paced(async (attempt) => {
      if (isInDoubt(attempt, options)) {
        const found = await gateway.findPost(post, signal);
        if (found !== undefined) return found;
      }
      // Pleroma replays a refusal for hours to whoever repeats its key (servers.md rule 19).
      const wasRefused = attempt.lastError?.status !== undefined;
      if (wasRefused) key = `${post.key} again ${clock.now()}`;
      return gateway.post({ ...post, key }, signal);
    });
  }
}

async function copyAttachments(
  draft: Draft,
  session: Session,
  paced: <T>(request: (attempt: Attempt) => Promise<T>) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const attachment of draft.attachments) {
    try {
      ids.push(await paced(() => session.deps.gateway.copyMedia(attachment, signal)));
    } catch (error) {
      if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
      session.deps.log.warn({ err: error }, "Could not copy an attachment; posting without it.");
    }
  }
  return ids;
}

/** @throws GatewayError `permanent` when nobody answers to the name */
async function idOf(target: Target, session: Session, signal: AbortSignal): Promise<AccountId> {
  if (target.id !== undefined) return target.id;
  const account = await session.deps.gateway.account(target.acct, signal);
  if (account !== undefined) return account.id;
  throw new GatewayError("No such account.", { failure: "permanent" });
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
