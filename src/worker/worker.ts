import { doubling } from "../core/backoff.js";
import type { Account, EpochMs } from "../core/model.js";
import { cautiousTraits, type Traits } from "../core/traits.js";
import { ConfigError, GatewayError, messageOf } from "../errors.js";
import { startFromNow } from "./catch-up.js";
import { Chores } from "./chores.js";
import { CannotRun, type Stopped, type WorkerDeps } from "./deps.js";
import { feed } from "./feed.js";
import { Follower } from "./follow-signal.js";
import { glanceAt } from "./glance.js";
import { finishPending, handle } from "./handle.js";
import { Inbox, type InboxItem, isChore } from "./inbox.js";
import { GroupMemory } from "./memory.js";
import { carryOut } from "./order.js";
import { guarded } from "./outage.js";
import { createSaver } from "./saver.js";
import { confirmSignedIn, isStillSignedIn, type Session } from "./session.js";
import { careForServer, learn, letNotificationsThrough, type Meeting } from "./upkeep.js";

/** Once told to stop, the item in hand gets this long to be finished. */
const graceMs = 8000;
/** A server that lets us in but does not tell what it can do is served with care. */
const maxLearnAttempts = 4;
const startPolicy = doubling({ firstMs: 2000, capMs: 5 * 60_000 });

/** Runs one group until it is told to stop or cannot go on. Rejects only on a bug. */
export async function runGroup(given: WorkerDeps, signal: AbortSignal): Promise<Stopped> {
  const deps: WorkerDeps = { ...given, gateway: guarded(given) };
  const { log, witness } = deps;
  const stopped = (because: string) => witness({ kind: "stopped", because });
  let session: Session | undefined;
  witness({ kind: "started" });
  try {
    session = await start(deps, signal);
    await live(session, signal);
    stopped("It was told to stop.");
    return "shutdown";
  } catch (error) {
    if (error instanceof ConfigError) {
      log.error(
        { problems: error.problems },
        "A file of this group cannot be used; the group stays down until it is mended and the service reloaded.",
      );
      stopped(error.message);
      return "broken-files";
    }
    if (error instanceof CannotRun) {
      log.error({ err: error.cause }, error.message);
      stopped(error.message);
      return error.reason;
    }
    stopped(signal.aborted ? "It was told to stop." : "A bug stopped it.");
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
  const memory = new GroupMemory(state, () => deps.clock.now());
  await deps.door.pass(signal);
  const { self, traits } = await meetServer(askAhead(deps, signal), signal);
  const session: Session = {
    deps,
    memory,
    saver: createSaver(deps, memory),
    self,
    traits: traits ?? cautiousTraits,
    t: deps.translate((traits ?? cautiousTraits).format),
    control,
    quietUntilMs: 0,
  };
  if (control.adminUsers.size === 0) {
    deps.log.warn(
      `Nobody is admin of this group, so nobody can give it orders. Name yourself: fedigroups admin ${deps.acct} add you@your.server`,
    );
  }
  if (state === undefined) {
    // First, since what the server had held back is of the past, too. Nothing else comes before the state is there: one that
    // was written for whoever waits at the door would make a next start take all of the past for missed.
    await letNotificationsThrough(session, signal);
    await patiently(deps, signal, () => startFromNow(session, signal));
  }
  return session;
}

/**
 * Asks who we are and what the server can do at once, since over a network each takes longer than all
 * the rest of a start. Nothing is made of what it can do before it is known who we are.
 */
function askAhead(deps: WorkerDeps, signal: AbortSignal): Meeting {
  const { gateway } = deps;
  let self: Promise<Account> | undefined = gateway.whoAmI(signal);
  let traits: Promise<Traits> | undefined = gateway.learnTraits(signal);
  for (const answer of [self, traits]) answer.catch(() => undefined);
  const whoAmI = (asked: AbortSignal): Promise<Account> => {
    const answer = self;
    self = undefined;
    if (answer !== undefined) return answer;
    // Who has to ask again has waited: what went wrong with the other question is old.
    traits = undefined;
    return gateway.whoAmI(asked);
  };
  const learnTraits = (asked: AbortSignal): Promise<Traits> => {
    const answer = traits ?? gateway.learnTraits(asked);
    traits = undefined;
    return answer;
  };
  return { ...deps, gateway: { whoAmI, learnTraits } };
}

async function meetServer(
  deps: Meeting,
  signal: AbortSignal,
): Promise<{ readonly self: Account; readonly traits: Traits | undefined }> {
  const self = await patiently(deps, signal, () => confirmSignedIn(deps, signal));
  if (self.acct !== deps.acct) {
    throw new CannotRun(
      "signed-out",
      `The token belongs to ${self.acct}, so this group stays down. Sign the right account in: fedigroups -A ${deps.acct}`,
    );
  }
  try {
    const traits = await patiently(deps, signal, () => learn(deps, signal), maxLearnAttempts);
    return { self, traits };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    deps.log.warn({ err: error }, "The server does not say what it can do; going on carefully.");
    return { self, traits: undefined };
  }
}

/** Repeats until it succeeds or has been tried often enough. @throws CannotRun */
async function patiently<T>(
  deps: Meeting,
  signal: AbortSignal,
  call: () => Promise<T>,
  maxAttempts = Number.POSITIVE_INFINITY,
): Promise<T> {
  const { clock, random, log, witness } = deps;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      // Tokens may die at any moment, also between two questions.
      if (error.failure === "auth") await isStillSignedIn(deps, signal);
      if (attempt + 1 >= maxAttempts) throw error;
      const delayMs = Math.round(error.retryAfterMs ?? startPolicy(attempt, random));
      log.warn({ err: error, delayMs }, "The group cannot start yet; trying again.");
      witness({ kind: "waits", for: "start", because: messageOf(error), delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

/** Listens, finishes what was begun before, and handles one thing after the other until the signal. */
async function live(session: Session, signal: AbortSignal): Promise<void> {
  const { witness } = session.deps;
  const inbox = new Inbox();
  const look = (since: EpochMs) => glanceAt(session, since);
  witness({ kind: "live", queueLength: () => inbox.length, look });
  const feeding = new Follower(signal);
  // Its failure ends the loop below, which then throws it.
  const fed = feed(session, inbox, feeding.signal);
  fed.catch(() => inbox.close());
  const onStop = () => inbox.close();
  if (signal.aborted) onStop();
  else signal.addEventListener("abort", onStop, { once: true });
  const closeDesk = session.deps.desk.open((order) => inbox.pushFirst(order));
  const chores = new Chores(session, inbox, signal);
  try {
    // While the stream is opened. What it brings waits in the inbox, and the look at what was missed, too.
    await finishPending(session, signal);
    // Lets people in, so what was begun comes first: it may be a ban.
    const isDone = await careForServer(session, signal);
    if (session.traits.isGuess || !isDone) chores.later({ kind: "upkeep" });
    if (session.memory.pending.length > 0) chores.later({ kind: "put-off" });
    for (let item = await inbox.next(); item !== undefined; item = await inbox.next()) {
      witness({ kind: "busy" });
      const wasClosed = session.control.memberOnly;
      await deal(item, session, chores, signal);
      // Whoever waits at the door of a locked account may come in now.
      if (wasClosed && !session.control.memberOnly) inbox.push({ kind: "upkeep" });
      witness({ kind: "idle" });
    }
    signal.throwIfAborted();
    await fed;
  } finally {
    signal.removeEventListener("abort", onStop);
    feeding.abort();
    feeding.release();
    chores.stop();
    closeDesk();
    await fed.catch(() => undefined);
  }
}

/** Deals with one item to its end; a while after the stop it is given up. */
async function deal(
  item: InboxItem,
  session: Session,
  chores: Chores,
  stop: AbortSignal,
): Promise<void> {
  const giveUp = new Follower(stop, { graceMs, clock: session.deps.clock });
  try {
    if (isChore(item)) await chores.do(item, giveUp.signal);
    else if (item.kind === "order") await carryOut(item, session, giveUp.signal);
    else {
      await handle(item, session, giveUp.signal);
      chores.afterEvent();
    }
  } finally {
    giveUp.release();
  }
}
