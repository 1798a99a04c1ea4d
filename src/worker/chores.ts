import { doubling } from "../core/backoff.js";
import type { EpochMs } from "../core/model.js";
import { GatewayError } from "../errors.js";
import { catchUp } from "./catch-up.js";
import { handle } from "./handle.js";
import type { Chore, Inbox } from "./inbox.js";
import { performPutOff } from "./put-off.js";
import { isStillSignedIn, type Session } from "./session.js";
import { careForServer, learn } from "./upkeep.js";

const waits = doubling({ firstMs: 1000, capMs: 5 * 60_000 });
/** So often events wait behind a catch-up that fails, to keep their order; then they go first. */
const maxWaitsInPlace = 4;
/** Other chores that failed, and what was put off, wait for so long. */
const leastAgainMs = 1000;
const againMs = 15 * 60_000;
const notManaged = "Something did not go well at first.";

/** What the worker does beside handling events, and when it tries again what failed. */
export class Chores {
  readonly #session: Session;
  readonly #inbox: Inbox;
  readonly #stop: AbortSignal;
  readonly #scheduled = new Map<Chore["kind"], { readonly dueAt: EpochMs; cancel(): void }>();
  #failures = 0;

  /** @param stop the group is told to stop */
  constructor(session: Session, inbox: Inbox, stop: AbortSignal) {
    this.#session = session;
    this.#inbox = inbox;
    this.#stop = stop;
  }

  /** @param giveUp comes a while after the stop, and ends what is in hand. @throws CannotRun */
  async do(chore: Chore, giveUp: AbortSignal): Promise<void> {
    const { clock, random, log, witness } = this.#session.deps;
    const stop = this.#stop;
    try {
      await this.#perform(chore, giveUp);
      if (!this.#scheduled.has(chore.kind)) witness({ kind: "goes-on", for: chore.kind });
    } catch (error) {
      stop.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      if (error.failure === "auth") await isStillSignedIn(this.#session.deps, stop);
      const delayMs =
        chore.kind === "catch-up"
          ? Math.round(error.retryAfterMs ?? waits(this.#failures++, random))
          : againMs;
      log.warn(
        { chore: chore.kind, err: error, delayMs },
        "Could not ask the server; trying again later.",
      );
      if (chore.kind === "catch-up" && this.#failures <= maxWaitsInPlace) {
        witness({ kind: "waits", for: "catch-up", because: error.message, delayMs });
        await clock.sleep(delayMs, stop);
        this.#inbox.putBack(chore);
        return;
      }
      // One list that cannot be read must not keep a group from what still comes by the stream.
      if (chore.kind === "catch-up") this.#session.quietUntilMs = clock.steadyMs() + delayMs;
      this.#pushAfter(delayMs, chore, error.message);
    }
  }

  /** Puts a chore into the inbox after a while. */
  later(chore: Chore): void {
    this.#pushAfter(againMs, chore, notManaged);
  }

  /** To be called after each event: what it put off is tried again later. */
  afterEvent(): void {
    const { memory, deps } = this.#session;
    const hasPutOff = memory.pending.some(({ putOffAt }) => putOffAt !== undefined);
    if (!hasPutOff) return;
    const restMs = (memory.retryAt ?? Number.POSITIVE_INFINITY) - deps.clock.now();
    const delayMs = Math.max(leastAgainMs, Math.min(restMs, againMs));
    this.#pushAfter(delayMs, { kind: "put-off" }, "The server had no room for it.");
  }

  /** Nothing is put into the inbox any more. */
  stop(): void {
    for (const { cancel } of this.#scheduled.values()) cancel();
  }

  #pushAfter(delayMs: number, chore: Chore, because: string): void {
    const { clock, witness } = this.#session.deps;
    // One of a kind, or every failure would start a chain of its own.
    const dueAt = clock.now() + delayMs;
    const before = this.#scheduled.get(chore.kind);
    if (before !== undefined && before.dueAt <= dueAt) return;
    before?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#scheduled.delete(chore.kind);
      this.#inbox.push(chore);
    });
    this.#scheduled.set(chore.kind, { dueAt, cancel });
    witness({ kind: "waits", for: chore.kind, because, delayMs });
  }

  async #perform({ kind }: Chore, giveUp: AbortSignal): Promise<void> {
    if (kind === "catch-up") return await this.#catchUp(giveUp);
    if (kind === "upkeep") return await this.#keepUp();
    await performPutOff(this.#session, giveUp);
    this.afterEvent();
  }

  async #keepUp(): Promise<void> {
    const session = this.#session;
    session.traits = await learn(session.deps, this.#stop, session.traits);
    session.t = session.deps.translate(session.traits.format);
    const isCaredFor = await careForServer(session, this.#stop);
    if (session.traits.isGuess || !isCaredFor) this.later({ kind: "upkeep" });
  }

  async #catchUp(giveUp: AbortSignal): Promise<void> {
    const session = this.#session;
    const { witness } = session.deps;
    let count = 0;
    await catchUp(
      session,
      {
        handle: async (event) => {
          this.#stop.throwIfAborted();
          count++;
          witness({ kind: "arrived", event, source: "catch-up" });
          await handle(event, session, giveUp);
          this.afterEvent();
        },
        waitingKeys: () => this.#inbox.waitingKeys(),
      },
      this.#stop,
    );
    this.#failures = 0;
    // What had been done and forgotten was among it.
    session.memory.isDoubtful = false;
    witness({ kind: "caught-up", count });
  }
}
