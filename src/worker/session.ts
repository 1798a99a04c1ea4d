import type { GroupControl } from "../core/group.js";
import type { Translate } from "../core/messages.js";
import type { Account } from "../core/model.js";
import type { Rank } from "../core/rank.js";
import type { Group } from "../core/situation.js";
import type { Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { MastodonGateway } from "../ports.js";
import { CannotRun, type WorkerDeps } from "./deps.js";
import type { GroupMemory } from "./memory.js";
import type { Saver } from "./saver.js";

/** One group while it runs: what the parts of its worker share. */
export interface Session {
  readonly deps: WorkerDeps;
  readonly memory: GroupMemory;
  readonly saver: Saver;
  /** The account the group runs as, as the server told it. */
  readonly self: Account;
  /** Replaced by the daily upkeep. */
  traits: Traits;
  t: Translate;
  /** Replaced by every command that changes something. */
  control: GroupControl;
  /** While the server is in trouble, nothing but a new socket makes us ask it before this steady time. */
  quietUntilMs: number;
}

/** The same session for one piece of work, whose requests count as of this rank. */
export function ranked(session: Session, rank: Rank): Session {
  return { ...session, deps: { ...session.deps, gateway: session.deps.gateway.ranked(rank) } };
}

/** Some servers count a little differently from what is known of them. */
const slack = 0.05;

/** What a decision may depend on, now. */
export function groupOf(session: Session): Group {
  const { deps, memory, self, traits, t, control } = session;
  return {
    self,
    control,
    traits,
    maxCharacters: characterLimit(deps.characterLimit, traits),
    memory,
    t,
    now: deps.clock.now(),
    version: deps.version,
  };
}

/** The operator's limit, but never more than the server says that it takes: it would take nothing. */
function characterLimit(wanted: number | undefined, traits: Traits): number {
  const { maxCharacters, tellsMaxCharacters } = traits;
  if (wanted === undefined) return Math.ceil(maxCharacters * (1 - slack));
  return tellsMaxCharacters ? Math.min(wanted, maxCharacters) : wanted;
}

const secondLookMs = 5000;

/** What it takes to ask who we are. */
interface Asking extends Pick<WorkerDeps, "acct" | "clock"> {
  readonly gateway: Pick<MastodonGateway, "whoAmI">;
}

/**
 * Asks twice whether the token is really dead: some servers answer 401 or 403 to anything, and a
 * restarting one may refuse for a moment.
 *
 * @throws CannotRun when it is; GatewayError when the server cannot be asked
 */
export async function confirmSignedIn(
  { acct, gateway, clock }: Asking,
  signal: AbortSignal,
): Promise<Account> {
  for (let look = 1; ; look++) {
    try {
      return await gateway.whoAmI(signal);
    } catch (error) {
      if (!(error instanceof GatewayError) || error.failure !== "auth") throw error;
      if (look === 2) {
        throw new CannotRun(
          "signed-out",
          `The server no longer accepts this group's token; the group stays down. Sign it in again: fedigroups -A ${acct}`,
          error,
        );
      }
      await clock.sleep(secondLookMs, signal);
    }
  }
}

/**
 * As {@link confirmSignedIn}, for whoever has something to do either way. False: the server cannot be
 * asked now, which is no news of the token.
 *
 * @throws CannotRun
 */
export async function isStillSignedIn(deps: Asking, signal: AbortSignal): Promise<boolean> {
  try {
    await confirmSignedIn(deps, signal);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof GatewayError) return false;
    throw error;
  }
}
