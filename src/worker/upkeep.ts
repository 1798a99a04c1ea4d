import { decide } from "../core/decide.js";
import type { GroupEvent, NotificationId } from "../core/model.js";
import { nothingFound } from "../core/situation.js";
import type { Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { MastodonGateway } from "../ports.js";
import { CannotRun, type WorkerDeps } from "./deps.js";
import { handle } from "./handle.js";
import { groupOf, isStillSignedIn, type Session } from "./session.js";

const dayMs = 24 * 60 * 60_000;
const expiryNoticeMs = 7 * dayMs;

/** What it takes to meet a server. */
export interface Meeting extends Omit<WorkerDeps, "gateway"> {
  readonly gateway: Pick<MastodonGateway, "whoAmI" | "learnTraits">;
}

/**
 * Asks what the server can do, and says so when it is news.
 *
 * @throws GatewayError; CannotRun
 */
export async function learn(
  { gateway, log, settings, characterLimit, witness }: Meeting,
  signal: AbortSignal,
  before?: Traits,
): Promise<Traits> {
  const traits = await gateway.learnTraits(signal);
  const hasStream = traits.streamingUrl !== undefined;
  witness({ kind: "met", software: traits.software, hasStream });
  if (traits.boostsByItself) {
    throw new CannotRun(
      "unfit-account",
      "The account is of the type Group: its server boosts whatever anybody sends it, banned people too, so this group stays down. Make it a Service (bot) in the account's settings there, then reload the service.",
    );
  }
  if (before !== undefined && JSON.stringify(before) === JSON.stringify(traits)) return traits;
  log.info(
    {
      server: traits.software,
      maxCharacters: traits.maxCharacters,
      format: traits.format,
      stream: traits.streamingUrl ?? `none: asking every ${settings.pollIntervalMs / 1000} s`,
    },
    "Met the server.",
  );
  if (traits.tellsMaxCharacters && (characterLimit ?? 0) > traits.maxCharacters) {
    log.warn(
      { character_limit: characterLimit, maxCharacters: traits.maxCharacters },
      "character_limit is more than the server takes; the server's limit holds.",
    );
  }
  return traits;
}

/**
 * Lets everybody's notifications through, and looks at the token's end and at who waits to follow.
 * False: something failed that may go well another time.
 */
export async function careForServer(session: Session, signal: AbortSignal): Promise<boolean> {
  warnOfExpiry(session.deps);
  const isDone = await letNotificationsThrough(session, signal);
  if (!session.self.isLocked) return isDone;
  const isDoorSeen = await tolerating(session, "follow requests", signal, async () => {
    for (const account of await session.deps.gateway.followRequests(signal)) {
      const id = `waiting ${account.id}` as NotificationId;
      const event: GroupEvent = { kind: "follow-request", id, at: 0, account };
      // Whoever must go on waiting is not noted, so that a later look can let them in.
      const { effects } = decide(event, nothingFound, groupOf(session));
      if (effects.length > 0) await handle(event, session, signal);
    }
  });
  return isDone && isDoorSeen;
}

/** Handles nothing, and so writes nothing. False: it failed, and may go well another time. */
export async function letNotificationsThrough(
  session: Session,
  signal: AbortSignal,
): Promise<boolean> {
  const { gateway, settings, log } = session.deps;
  if (!settings.manageNotificationPolicy || !session.traits.hasNotificationFilter) return true;
  return await tolerating(session, "notification policy", signal, async () => {
    const accepted = await gateway.openNotifications(signal);
    if (accepted !== undefined && accepted > 0) {
      log.info({ accepted }, "Accepted notifications that the server had held back.");
    }
  });
}

/** The file with the token is the operator's alone, so nothing here can renew it. */
function warnOfExpiry({ acct, tokenExpiresAt, clock, log }: WorkerDeps): void {
  if (tokenExpiresAt === undefined) return;
  const restMs = tokenExpiresAt - clock.now();
  if (restMs > expiryNoticeMs) return;
  const end = new Date(tokenExpiresAt).toISOString();
  log.warn(
    { end },
    restMs > 0
      ? `This group's access ends in ${Math.ceil(restMs / dayMs)} day(s). Sign it in again before: fedigroups -A ${acct}`
      : `This group's access has ended by now. Sign it in again: fedigroups -A ${acct}`,
  );
}

/** These are extras: a server that refuses them can still carry a group. False: try again. */
async function tolerating(
  { deps }: Session,
  what: string,
  signal: AbortSignal,
  call: () => Promise<void>,
): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    if (error.failure === "auth") await isStillSignedIn(deps, signal);
    deps.log.warn(
      { what, err: error },
      "The server does not let us manage this now; going on without.",
    );
    return error.failure === "permanent";
  }
}
