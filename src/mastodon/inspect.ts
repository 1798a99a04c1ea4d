import { hostOf } from "../core/acct.js";
import type { EpochMs } from "../core/model.js";
import type { Traits } from "../core/traits.js";
import { json, request } from "./http.js";
import { readable } from "./instance.js";
import { parseJson } from "./json.js";
import { at, isObject, listOf, textOf } from "./odd.js";
import { type Filters, readFilters } from "./policy.js";
import { type GatewayOptions, Session } from "./session.js";
import { probeStream, type StreamSign } from "./stream-probe.js";
import { learnTraits } from "./traits.js";

export type { Filters } from "./policy.js";
export type { StreamSign } from "./stream-probe.js";

/** What an account says of itself that matters to a group, past what every account has. */
export interface Profile {
  readonly isBot: boolean;
  readonly isLocked: boolean;
  readonly isLimited: boolean;
  readonly isSuspended: boolean;
  /** The account it has moved to, as the server writes it. */
  readonly movedTo: string | undefined;
  /** How widely it posts unless told otherwise; `undefined` where that is not told. */
  readonly defaultVisibility: string | undefined;
  readonly following: number | undefined;
  readonly followers: number | undefined;
}

/** Looks at a group from the server's side; only `markAsBot` changes anything. All throw GatewayError. */
export interface Inspector {
  /** The server's clock, to the second, and ours at the middle of the exchange; no token is sent. */
  readClock(
    signal: AbortSignal,
  ): Promise<{ readonly theirs: EpochMs | undefined; readonly ours: EpochMs }>;
  /** What the server can do; {@link probeStream} goes by what was learnt last. */
  learnTraits(signal: AbortSignal): Promise<Traits>;
  profile(signal: AbortSignal): Promise<Profile>;
  /** The same as a stranger sees it, for a token that opens nothing; `undefined` when hidden. */
  publicProfile(signal: AbortSignal): Promise<Profile | undefined>;
  /** What the token may do; `undefined` where the server does not tell. */
  scopes(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** What holds notifications back; `undefined` where nothing can. */
  filters(signal: AbortSignal): Promise<Filters | undefined>;
  probeStream(options: { readonly timeoutMs: number }, signal: AbortSignal): Promise<StreamSign>;
  /** Sets the flag by which people and servers know a program. */
  markAsBot(signal: AbortSignal): Promise<void>;
}

/** Has nothing to close, as a gateway. */
export function createInspector(options: GatewayOptions): Inspector {
  const session = new Session(options);
  const baseUrl = options.baseUrl;
  return {
    readClock: async (signal) => {
      const askedAt = session.clock.now();
      const asked = { method: "GET", url: new URL("/api/v1/instance", baseUrl), isAnonymous: true };
      const { headers } = await request(session.http, asked, signal);
      const ours = (askedAt + session.clock.now()) / 2;
      const theirs = Date.parse(headers.get("date") ?? "");
      // A cache on the way gives an old answer with its age. Both tell whole seconds, cut off.
      const ageMs = Number(headers.get("age") ?? 0) * 1000 || 0;
      return { theirs: Number.isNaN(theirs) ? undefined : theirs + ageMs + 500, ours };
    },
    profile: async (signal) =>
      profileOf(await session.client(signal, "who-am-i").api.v1.accounts.verifyCredentials()),
    publicProfile: async (signal) => {
      const url = new URL("/api/v1/accounts/lookup", baseUrl);
      const name = options.acct.slice(0, -hostOf(options.acct).length - 1);
      url.search = `${new URLSearchParams({ acct: name })}`;
      const account = await readable(async () => {
        const asked = { method: "GET", url, isAnonymous: true };
        const answer = await request(session.http, asked, signal);
        return json(asked, answer, parseJson);
      });
      return isObject(account) ? profileOf(account) : undefined;
    },
    scopes: async (signal) => {
      const told = await readable(() => session.client(signal).http.get("/oauth/token/info"));
      return scopesIn(told?.data);
    },
    filters: (signal) => readFilters(session, signal),
    learnTraits: async (signal) => {
      session.traits = await learnTraits(session.http, signal);
      return session.traits;
    },
    probeStream: (settings, signal) => probeStream(session, settings, signal),
    markAsBot: async (signal) => {
      await session.client(signal).api.v1.accounts.updateCredentials({ bot: true });
    },
  };
}

function profileOf(account: unknown): Profile {
  const count = (key: string) => {
    const value = at(account, key);
    return typeof value === "number" && value >= 0 ? value : undefined;
  };
  const moved = at(account, "moved");
  return {
    isBot: at(account, "bot") === true,
    isLocked: at(account, "locked") === true,
    isLimited: at(account, "limited") === true,
    isSuspended: at(account, "suspended") === true,
    movedTo: isObject(moved) ? (textOf(at(moved, "acct")) ?? textOf(at(moved, "url"))) : undefined,
    defaultVisibility: textOf(at(account, "source", "privacy")),
    following: count("followingCount"),
    followers: count("followersCount"),
  };
}

/** A list, or one text with spaces or commas. */
function scopesIn(told: unknown): readonly string[] | undefined {
  const scope = at(told, "scope") ?? at(told, "scopes");
  const words = typeof scope === "string" ? scope.split(/[\s,]+/u) : listOf(scope);
  const scopes = words.map(textOf).filter((word) => word !== undefined);
  return scopes.length === 0 ? undefined : scopes;
}
