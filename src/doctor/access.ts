import type { GroupConfig } from "../config/load-group.js";
import { GatewayError } from "../errors.js";
import type { Inspector, Profile } from "../mastodon/inspect.js";
import type { MastodonGateway } from "../ports.js";
import { checkStanding } from "./account.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";

const dayMs = 24 * 60 * 60_000;
const expiryNoticeMs = 7 * dayMs;

export interface AccessPlace {
  readonly group: GroupConfig;
  readonly gateway: MastodonGateway;
  readonly inspector: Inspector;
  readonly now: number;
  /** The command that signs the group in again. */
  readonly renew: string;
  readonly signIn: (acct: string) => string;
}

/** Whether the token opens the account, and for how long. A problem ends the examination. */
export async function checkToken(
  place: AccessPlace,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { group, gateway, inspector, now, renew, signIn } = place;
  const remedy = `Sign the group in again: ${renew}`;
  const host = new URL(group.appdata.base).host;
  try {
    const { acct } = await gateway.whoAmI(signal);
    if (acct !== group.acct) {
      return [problem("token", `The token is that of ${acct}, not of ${group.acct}.`, remedy)];
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    if (error.failure !== "auth") {
      return [problem("token", `Whether the token is good cannot be learnt: ${error.message}.`)];
    }
    const standing = await publicStanding(inspector, signal);
    if (standing !== undefined) return checkStanding(standing, { host, signIn });
    const scopes = await knownScopes(place, signal);
    if (scopes?.some(({ verdict }) => verdict === "problem")) return scopes;
    return [problem("token", `The server does not accept the token (${error.message}).`, remedy)];
  }
  const { tokenExpiresAt } = group.appdata;
  if (tokenExpiresAt === undefined) return [ok("token", `The token opens ${group.acct}.`)];
  const days = Math.ceil((tokenExpiresAt - now) / dayMs);
  const text = `The token opens ${group.acct}, for another ${count(days, "day")}`;
  const isNear = tokenExpiresAt - now < expiryNoticeMs;
  return [isNear ? warning("token", `${text} only.`, remedy) : ok("token", `${text}.`)];
}

/** A suspended or moved account is refused like a dead token; the public page tells which it is. */
async function publicStanding(
  inspector: Inspector,
  signal: AbortSignal,
): Promise<Profile | undefined> {
  try {
    const profile = await inspector.publicProfile(signal);
    return profile?.isSuspended || profile?.movedTo !== undefined ? profile : undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    return undefined;
  }
}

/** What a group does, by the finest scope that covers it. */
const needed: readonly string[] = [
  ...["accounts", "follows", "notifications", "search", "statuses"].map((name) => `read:${name}`),
  ...["accounts", "follows", "media", "notifications", "statuses"].map((name) => `write:${name}`),
];

/** The needed scopes that the granted ones do not cover, whole halves by their short name. */
export function missingScopes(granted: readonly string[]): readonly string[] {
  const isCovered = (scope: string) => {
    const half = scope.split(":")[0] ?? "";
    const isFollow = scope.endsWith(":follows") && granted.includes("follow");
    return isFollow || granted.includes(scope) || granted.includes(half);
  };
  const missing = needed.filter((scope) => !isCovered(scope));
  return ["read", "write"].flatMap((half) => {
    const fine = missing.filter((scope) => scope.startsWith(half));
    const isWhole = !granted.some((scope) => scope.startsWith(`${half}:`)) && fine.length > 3;
    return isWhole ? [half] : fine;
  });
}

/** By what the server tells of the token; `undefined` where it tells nothing. */
async function knownScopes(
  { inspector, renew }: AccessPlace,
  signal: AbortSignal,
): Promise<readonly Finding[] | undefined> {
  const granted = await inspector.scopes(signal);
  if (granted === undefined) return undefined;
  const missing = missingScopes(granted);
  if (missing.length === 0) {
    return [ok("scopes", `The token has the scopes ${granted.join(", ")}.`)];
  }
  const text = `The token lacks the scopes ${missing.join(", ")}.`;
  return [problem("scopes", text, scopeRemedy(renew))];
}

function scopeRemedy(renew: string): string {
  return `Sign the group in again, with the scopes read, write and follow: ${renew}`;
}

/** Whether the token may do all that a group does. */
export async function checkScopes(
  place: AccessPlace,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const told = await knownScopes(place, signal);
  if (told !== undefined) return told;
  const { gateway, renew } = place;
  // Without being told, only reading can be tried without doing anything.
  const refused: string[] = [];
  for (const [what, read] of [
    ["notifications", () => gateway.notifications(undefined, signal)],
    ["the home timeline", () => gateway.home(undefined, signal)],
  ] as const) {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof GatewayError) || error.failure === "transient") throw error;
      refused.push(what);
    }
  }
  if (refused.length === 0) {
    return [
      ok("scopes", "The token reads what it must. The server does not tell whether it may write."),
    ];
  }
  const text = `The token may not read ${refused.join(" and ")}.`;
  return [problem("scopes", text, scopeRemedy(renew))];
}
