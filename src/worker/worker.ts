import type { Logger } from "pino";
import { doubling } from "../core/backoff.js";
import type { Translate } from "../core/messages.js";
import type { Account, Acct, EpochMs } from "../core/model.js";
import type { Traits } from "../core/traits.js";
import { ConfigError, GatewayError } from "../errors.js";
import type { Clock, GroupStore, MastodonGateway } from "../ports.js";
import { missedEvents, startFromNow } from "./catch-up.js";
import { feed } from "./feed.js";
import { finishPending, handle } from "./handle.js";
import { Inbox, type InboxItem } from "./inbox.js";
import { GroupMemory } from "./memory.js";
import { createSaver } from "./saver.js";
import { confirmSignedIn, type Session, SignedOut } from "./session.js";
import type { WorkerSettings } from "./settings.js";
import { careForServer, learn, UnfitAccount } from "./upkeep.js";

/** Everything one group's worker is given. */
export interface WorkerDeps {
  /** As configured; the server must agree. */
  readonly acct: Acct;
  readonly gateway: MastodonGateway;
  readonly store: GroupStore;
  readonly settings: WorkerSettings;
  /** The operator's `character_limit`. */
  readonly characterLimit: number | undefined;
  readonly translate: (format: Traits["format"]) => Translate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Of this program. */
  readonly version: string;
  /** When the server will stop taking the token, where it said so. */
  readonly tokenExpiresAt?: EpochMs | undefined;
}

/** Why a group's worker ended. `shutdown` is the only good reason. */
export type Stopped = "shutdown" | "signed-out" | "broken-files" | "unfit-account";

/** The token is good, but not the group's. */
class WrongAccount extends Error {
  override readonly name = "WrongAccount";
}

/** Once told to stop, the item in hand gets this long to be finished. */
const graceMs = 8000;
const askPolicy = doubling({ firstMs: 1000, capMs: 5 * 60_000 });
const startPolicy = doubling({ firstMs: 2000, capMs: 5 * 60_000 });

/** Runs one group until it is told to stop or cannot go on. Rejects only on a bug. */
export async function runGroup(deps: WorkerDeps, signal: AbortSignal): Promise<Stopped> {
  const { log } = deps;
  let session: Session | undefined;
  try {
    session = await start(deps, signal);
    await live(session, signal);
    return "shutdown";
  } catch (error) {
    if (error instanceof ConfigError) {
      log.error(
        { problems: error.problems },
        "A file of this group cannot be used; the group stays down until it is mended and the service restarted.",
      );
      return "broken-files";
    }
    if (error instanceof WrongAccount) {
      log.error(
        { err: error },
        `This group's token is another account's; the group stays down. Sign the right one in: fedigroups -A ${deps.acct}`,
      );
      return "signed-out";
    }
    if (error instanceof UnfitAccount) {
      log.error(
        { err: error },
        "The account is of the type Group: its server boosts whatever anybody sends it, banned people too, so this group stays down. Make it a Service (bot) in the account's settings there, then restart the service.",
      );
      return "unfit-account";
    }
    if (error instanceof SignedOut) {
      log.error(
        { err: error },
        `The server no longer accepts this group's token; the group stays down. Sign it in again: fedigroups -A ${deps.acct}`,
      );
      return "signed-out";
    }
    if (signal.aborted) return "shutdown";
    throw error;
  } finally {
    await session?.saver.close();
    if (signal.aborted) log.info("Stopped.");
  }
}

/** Reads the files and meets the server; waits as long as it takes for a server that is away. */
async function start(deps: WorkerDeps, signal: AbortSignal): Promise<Session> {
  const control = await deps.store.readControl();
  const state = await deps.store.readState();
  const memory = new GroupMemory(state);
  const { self, traits } = await meetServer(deps, signal);
  const session: Session = {
    deps,
    memory,
    saver: createSaver(deps, memory),
    self,
    traits,
    t: deps.translate(traits.format),
    control,
  };
  await patiently(deps, signal, () => careForServer(session, signal));
  await finishPending(session, signal);
  if (state === undefined) await patiently(deps, signal, () => startFromNow(session, signal));
  return session;
}

async function meetServer(
  deps: WorkerDeps,
  signal: AbortSignal,
): Promise<{ readonly self: Account; readonly traits: Traits }> {
  return patiently(deps, signal, async () => {
    const self = await confirmSignedIn(deps, signal);
    if (self.acct !== deps.acct) {
      throw new WrongAccount(`The token belongs to ${self.acct}, not to ${deps.acct}.`);
    }
    const traits = await learn(deps, signal);
    return { self, traits };
  });
}

/** Repeats until it succeeds or fails for good. */
async function patiently<T>(
  { clock, random, log }: WorkerDeps,
  signal: AbortSignal,
  call: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError) || error.failure === "auth") throw error;
      const delayMs = Math.round(error.retryAfterMs ?? startPolicy(attempt, random));
      log.warn({ err: error, delayMs }, "The group cannot start yet; trying again.");
      await clock.sleep(delayMs, signal);
    }
  }
}

/** Handles one thing after the other until the signal. */
async function live(session: Session, signal: AbortSignal): Promise<void> {
  const { clock, log, random } = session.deps;
  const inbox = new Inbox();
  const stopFeeding = new AbortController();
  const giveUp = new AbortController();
  const feeding = feed(session, inbox, AbortSignal.any([signal, stopFeeding.signal]));
  // Its failure ends the loop below, which then throws it.
  const fed = feeding.catch(() => inbox.close());
  const graceOver = new AbortController();
  const onStop = () => {
    inbox.close();
    void clock.sleep(graceMs, graceOver.signal).then(
      () => giveUp.abort(signal.reason),
      () => undefined,
    );
  };
  if (signal.aborted) onStop();
  else signal.addEventListener("abort", onStop, { once: true });
  let failures = 0;
  try {
    for await (const item of inbox) {
      try {
        const wasClosed = session.control.memberOnly;
        await deal(item, session, signal, giveUp.signal);
        // Whoever waits at the door of a locked account may come in now.
        if (wasClosed && !session.control.memberOnly) inbox.push({ kind: "upkeep" });
        failures = 0;
      } catch (error) {
        if (signal.aborted || !(error instanceof GatewayError)) throw error;
        if (error.failure === "auth")
          await confirmSignedIn(session.deps, signal).catch(onlySignedOut);
        // Events are never lost here: handling them has its own patience, asking has not.
        const delayMs = Math.round(error.retryAfterMs ?? askPolicy(failures++, random));
        log.warn({ err: error, delayMs }, "Could not ask the server; trying again later.");
        await clock.sleep(delayMs, signal);
        inbox.putBack(item);
      }
    }
    signal.throwIfAborted();
    await feeding;
  } finally {
    signal.removeEventListener("abort", onStop);
    graceOver.abort();
    stopFeeding.abort();
    await fed;
  }
}

async function deal(
  item: InboxItem,
  session: Session,
  signal: AbortSignal,
  giveUp: AbortSignal,
): Promise<void> {
  if (item.kind === "upkeep") {
    session.traits = await learn(session.deps, signal, session.traits);
    session.t = session.deps.translate(session.traits.format);
    await careForServer(session, signal);
    return;
  }
  if (item.kind !== "catch-up") {
    await handle(item, session, giveUp);
    return;
  }
  const missed = await missedEvents(session, signal);
  if (missed.length > 0) session.deps.log.debug({ count: missed.length }, "Catching up.");
  for (const event of missed) {
    signal.throwIfAborted();
    await handle(event, session, giveUp);
  }
}

/** What else goes wrong while asking about the token is no news of the token. */
function onlySignedOut(error: unknown): void {
  if (!(error instanceof GatewayError)) throw error;
}
