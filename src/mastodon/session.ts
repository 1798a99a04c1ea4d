import type { Budget } from "../core/facts.js";
import type { AccountId, Acct } from "../core/model.js";
import { cautiousTraits, type Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { Clock, Witness } from "../ports.js";
import type { Purpose } from "./classify.js";
import { type Client, createClient } from "./client.js";
import type { HttpOptions } from "./http.js";
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

/** What the methods of one gateway share; `who` and `traits` are learnt on the way. */
export class Session {
  readonly acct: Acct;
  readonly token: string;
  readonly clock: Clock;
  readonly log: GatewayLog;
  readonly http: HttpOptions;
  who: Viewer & { readonly id: AccountId | undefined };
  traits: Traits;
  /** How much of the server's limits is used up. */
  readonly budgets: () => readonly Budget[];
  readonly #warned = new Set<string>();

  constructor(options: GatewayOptions) {
    this.acct = options.acct;
    this.token = options.token;
    this.clock = options.clock;
    this.log = options.log ?? { debug: () => {}, warn: () => {} };
    const throttle = options.throttle ?? new Throttle(options.clock);
    const asker = { account: options.acct, host: new URL(options.baseUrl).host };
    this.budgets = () => throttle.budgets(asker, this.traits.limits);
    this.http = {
      admit: async (asked, signal) => {
        const waitedMs = await throttle.admit(asked, asker, this.traits.limits, signal);
        if (waitedMs < longWaitMs) return;
        const path = asked.url.pathname;
        this.log.debug({ waitedMs, path }, "Waited, to stay within the server's limits.");
      },
      baseUrl: options.baseUrl,
      token: options.token,
      version: options.version,
      clock: options.clock,
      timeoutMs: options.requestTimeoutMs,
      witness: options.witness,
    };
    this.who = { acct: options.acct, url: undefined, id: undefined };
    // Most servers stream where their API is; the upgrade tells whether this one does.
    this.traits = { ...cautiousTraits, streamingUrl: options.baseUrl.replace(/^http/iu, "ws") };
  }

  /** A warning that would be the same every day. */
  warnOnce(fields: object, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.log.warn(fields, message);
  }

  /** For one call; see {@link createClient}. */
  client(signal: AbortSignal, purpose: Purpose = "other"): Client {
    return createClient(this.http, signal, purpose);
  }
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
