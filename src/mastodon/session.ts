import type { Budget } from "../core/facts.js";
import type { AccountId, Acct } from "../core/model.js";
import type { Rank } from "../core/rank.js";
import { cautiousTraits, type Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { Clock, Witness } from "../ports.js";
import type { Purpose } from "./classify.js";
import { type Client, createClient } from "./client.js";
import type { HttpOptions } from "./http.js";
import type { Asker } from "./limits.js";
import type { Viewer } from "./mapping.js";
import { Throttle } from "./throttle.js";

/** The part of pino's logger that the gateway uses. */
export interface GatewayLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface GatewayOptions {
  /** `https://host`, where the API is. */
  readonly baseUrl: string;
  readonly token: string;
  /** The group's address; its host completes bare names. */
  readonly acct: Acct;
  readonly clock: Clock;
  /** Of this program. */
  readonly version: string;
  readonly log?: GatewayLog | undefined;
  /** Default 30 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Shared by all groups of the program. Default: one for this gateway. */
  readonly throttle?: Throttle | undefined;
  /** Is told of every answer. */
  readonly witness?: Witness | undefined;
}

/** Keeping to a limit for longer is worth a line in the log. */
const longWaitMs = 10_000;

/** What is learnt on the way, whatever the rank. */
interface Facts {
  who: Viewer & { readonly id: AccountId | undefined };
  traits: Traits;
  readonly throttle: Throttle;
  readonly warned: Set<string>;
  isStreamHeaderLost: boolean;
}

/** What the methods of one gateway share. */
export class Session {
  readonly acct: Acct;
  readonly token: string;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly http: HttpOptions;
  readonly #options: GatewayOptions;
  readonly #facts: Facts;

  constructor(options: GatewayOptions, rank: Rank = "share", facts = unmet(options)) {
    this.acct = options.acct;
    this.token = options.token;
    this.clock = options.clock;
    this.log = options.log ?? { debug: () => {}, warn: () => {} };
    this.#options = options;
    this.#facts = facts;
    this.http = {
      admit: async ({ method, url }, signal) => {
        const asked = { method, url, rank };
        const { waitedMs, answered } = await facts.throttle.admit(asked, askerOf(options), signal);
        if (waitedMs >= longWaitMs) {
          const path = url.pathname;
          this.log.debug({ waitedMs, path }, "Waited, to stay within the server's limits.");
        }
        return answered;
      },
      baseUrl: options.baseUrl,
      token: options.token,
      version: options.version,
      clock: options.clock,
      timeoutMs: options.requestTimeoutMs,
      witness: options.witness,
    };
  }

  /** The same account, whose requests count as of another rank. */
  ranked(rank: Rank): Session {
    return new Session(this.#options, rank, this.#facts);
  }

  /** How much of the server's limits is used up. */
  budgets(): readonly Budget[] {
    return this.#facts.throttle.budgets(askerOf(this.#options));
  }

  get who(): Facts["who"] {
    return this.#facts.who;
  }

  set who(who: Facts["who"]) {
    this.#facts.who = who;
  }

  get traits(): Traits {
    return this.#facts.traits;
  }

  set traits(traits: Traits) {
    this.#facts.traits = traits;
    this.#facts.throttle.learn(askerOf(this.#options).host, traits.limits);
  }

  /** Must the token stand in the address of the stream? */
  get isTokenInStreamAddress(): boolean {
    return !this.traits.takesStreamHeader || this.#facts.isStreamHeaderLost;
  }

  /** The stream refused the token although it is in the header: a proxy may have taken that away. */
  streamRefusedToken(): void {
    this.#facts.isStreamHeaderLost = true;
  }

  /** A warning that would be the same every day. */
  warnOnce(fields: object, message: string): void {
    if (this.#facts.warned.has(message)) return;
    this.#facts.warned.add(message);
    this.log.warn(fields, message);
  }

  /** For one call; see {@link createClient}. */
  client(signal: AbortSignal, purpose: Purpose = "other"): Client {
    return createClient(this.http, signal, purpose);
  }
}

function unmet(options: GatewayOptions): Facts {
  const { acct, baseUrl, clock, throttle = new Throttle(clock) } = options;
  throttle.enter(askerOf(options));
  return {
    who: { acct, url: undefined, id: undefined },
    // Most servers stream where their API is; the upgrade tells whether this one does.
    traits: { ...cautiousTraits, streamingUrl: baseUrl.replace(/^http/iu, "ws") },
    throttle,
    warned: new Set(),
    isStreamHeaderLost: false,
  };
}

function askerOf({ acct, baseUrl }: GatewayOptions): Asker {
  return { account: acct, host: new URL(baseUrl).host };
}

/** Was it refused with one of these statuses? */
export function isRefusal(error: unknown, ...statuses: readonly number[]): boolean {
  return (
    error instanceof GatewayError && error.status !== undefined && statuses.includes(error.status)
  );
}

/** Awaits `call`, and takes a refusal with one of these statuses for `undefined`. */
export async function unless<T>(
  statuses: readonly number[],
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isRefusal(error, ...statuses)) return undefined;
    throw error;
  }
}
