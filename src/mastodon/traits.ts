import { cautiousTraits, type RateLimit, type Traits } from "../core/traits.js";
import { createClient } from "./client.js";
import type { HttpOptions } from "./http.js";
import {
  type Instances,
  readable,
  readInstances,
  readSoftware,
  type Software,
} from "./instance.js";
import { at, listOf, textOf } from "./odd.js";

/** Everything that is known of servers by name stands in this table; the rest goes by what they tell. */
interface Knowledge {
  /** Counts as Mastodon does; it must also reserve 23 characters for a link. */
  readonly isMastodon?: true;
  /** Takes the token of a stream in a header (Pleroma and its like look into the address only). */
  readonly takesStreamHeader?: true;
  /** Answers a repeated post with the first one. */
  readonly hasIdempotencyKey?: true;
  /** Reads every post as markup, whatever is asked for. */
  readonly isAlwaysMarkdown?: true;
  /** Does so with a markup that shows backslashes. */
  readonly isLightMarkup?: true;
  /** Drops a post's content warning, or makes a title of it. */
  readonly lacksContentWarnings?: true;
  /** Has no stream, whatever it advertises. */
  readonly hasNoStream?: true;
  /** Says of every status that we have not boosted it. */
  readonly hidesOwnBoosts?: true;
  /** Gives no longer pages than this. */
  readonly pageSize?: number;
  /** How many accounts one may follow, where the admins have not changed it. */
  readonly following?: Traits["following"];
  /** How often it may be asked. */
  readonly limits?: readonly RateLimit[];
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

const ofMastodon: readonly RateLimit[] = [
  { kind: "any", count: 300, windowMs: 5 * minute, per: "account" },
  { kind: "paging", count: 300, windowMs: 15 * minute, per: "account" },
  { kind: "deletes", count: 30, windowMs: 30 * minute, per: "account" },
  { kind: "posts", count: 300, windowMs: 3 * hour, per: "account" },
  { kind: "media", count: 30, windowMs: 30 * minute, per: "account" },
  { kind: "follows", count: 400, windowMs: 24 * hour, per: "account" },
];

const ofPleroma: readonly RateLimit[] = [
  { kind: "writes", count: 15, windowMs: 10 * second, per: "account" },
  { kind: "relations", count: 10, windowMs: 10 * second, per: "account" },
  { kind: "relations-of-one", count: 2, windowMs: minute, per: "account" },
  { kind: "timelines", count: 3, windowMs: second / 2, per: "account" },
  { kind: "searches", count: 30, windowMs: second, per: "account" },
  { kind: "boosts-of-one", count: 3, windowMs: minute, per: "account" },
];

const ofGoToSocial: readonly RateLimit[] = [
  { kind: "any", count: 300, windowMs: 5 * minute, per: "host" },
];

const likeMastodon: Knowledge = {
  ...{ isMastodon: true, hasIdempotencyKey: true, takesStreamHeader: true },
  // MAX_FOLLOWS_THRESHOLD and MAX_FOLLOWS_RATIO where nobody configured otherwise.
  following: { count: 7_500, perFollower: 1.1 },
  limits: ofMastodon,
};

const known: Readonly<Record<string, Knowledge>> = {
  mastodon: likeMastodon,
  hometown: likeMastodon,
  pleroma: { hasIdempotencyKey: true, limits: ofPleroma },
  akkoma: { hasIdempotencyKey: true, limits: ofPleroma },
  gotosocial: { takesStreamHeader: true, limits: ofGoToSocial },
  hollo: { hasIdempotencyKey: true, isAlwaysMarkdown: true, hasNoStream: true },
  "iceshrimp.net": { hasIdempotencyKey: true, isAlwaysMarkdown: true },
  mitra: {
    ...{ hasIdempotencyKey: true, isAlwaysMarkdown: true, hasNoStream: true },
    lacksContentWarnings: true,
  },
  takahe: { hasNoStream: true },
  friendica: {
    ...{ isAlwaysMarkdown: true, hasNoStream: true, pageSize: 30 },
    lacksContentWarnings: true,
  },
  sharkey: { isAlwaysMarkdown: true, hasNoStream: true, hidesOwnBoosts: true },
  snac: { isLightMarkup: true, hasNoStream: true },
};

function knowledgeOf(name: string): Knowledge {
  const key = name.toLowerCase();
  return (Object.hasOwn(known, key) ? known[key] : undefined) ?? {};
}

/**
 * What the server can do, from its instance documents, its nodeinfo, our own account and one probe.
 *
 * @throws GatewayError when it cannot be asked now
 */
export async function learnTraits(options: HttpOptions, signal: AbortSignal): Promise<Traits> {
  const [instances, software, hasPolicy] = await Promise.all([
    readInstances(options, signal),
    readSoftware(options, signal),
    probePolicy(options, signal),
  ]);
  const isGuess = software === "not now";
  const settled = {
    ...deduce(instances, isGuess ? undefined : software, options.baseUrl),
    isGuess,
  };
  if (!instances.some(isPleroma)) {
    return { ...settled, hasNotificationFilter: hasPolicy, boostsByItself: false };
  }
  // Filters of its own, which openNotifications looks at.
  const boostsByItself = await isBoostingGroup(options, instances, signal);
  return { ...settled, hasNotificationFilter: true, boostsByItself };
}

/** What the documents mean; no network. */
export function deduce(
  instances: Instances,
  software: Software | undefined,
  baseUrl: string,
): Omit<Traits, "isGuess" | "hasNotificationFilter" | "boostsByItself"> {
  const first = (...keys: readonly string[]) =>
    instances.map((instance) => at(instance, ...keys)).find((value) => value !== undefined);
  const version = textOf(first("version"));
  const name =
    software?.name ?? /(?:compatible;|really) ([\w.]+)[ /]/u.exec(version ?? "")?.[1] ?? "";
  const knowledge = knowledgeOf(name);
  const maxCharacters = [
    first("configuration", "statuses", "maxCharacters"),
    first("maxTootChars"),
  ].find((limit) => typeof limit === "number" && Number.isFinite(limit) && limit >= 1);
  const isMastodon =
    first("configuration", "statuses", "charactersReservedPerUrl") === 23 &&
    !instances.some(isPleroma) &&
    (knowledge.isMastodon === true ||
      (name === "" && first("apiVersions", "mastodon") !== undefined));
  const advertised =
    textOf(first("configuration", "urls", "streaming")) ?? textOf(first("urls", "streamingApi"));
  return {
    software:
      [software?.name ?? name, software?.version ?? version].filter(Boolean).join(" ") ||
      cautiousTraits.software,
    maxCharacters:
      typeof maxCharacters === "number"
        ? Math.min(Math.floor(maxCharacters), Number.MAX_SAFE_INTEGER)
        : cautiousTraits.maxCharacters,
    tellsMaxCharacters: typeof maxCharacters === "number",
    counting: isMastodon ? "mastodon" : "code-points",
    format: formatOf(first, knowledge),
    hasContentWarnings: knowledge.lacksContentWarnings !== true,
    // Where nothing is advertised the API's own host is tried: three refusals cost little.
    streamingUrl: knowledge.hasNoStream ? undefined : streamingUrl(advertised ?? baseUrl, baseUrl),
    takesStreamHeader: knowledge.takesStreamHeader === true,
    hasIdempotencyKey: knowledge.hasIdempotencyKey === true,
    pageSize: knowledge.pageSize ?? cautiousTraits.pageSize,
    tellsOwnBoosts: knowledge.hidesOwnBoosts !== true,
    following: knowledge.following,
    limits: knowledge.limits ?? cautiousTraits.limits,
  };
}

/** Pleroma's family puts an object of that name into its documents. */
function isPleroma(instance: unknown): boolean {
  return at(instance, "pleroma") !== undefined;
}

/**
 * Pleroma boosts by itself whatever is addressed to an account of the type Group, past every ban.
 * Akkoma, which tells of an API of its own, gives the type no such meaning.
 */
async function isBoostingGroup(
  options: HttpOptions,
  instances: Instances,
  signal: AbortSignal,
): Promise<boolean> {
  const features = instances.flatMap((each) => listOf(at(each, "pleroma", "metadata", "features")));
  if (features.includes("akkoma_api")) return false;
  const self = await readable(() =>
    createClient(options, signal).api.v1.accounts.verifyCredentials(),
  );
  return at(self, "source", "pleroma", "actorType") === "Group";
}

function formatOf(
  first: (...keys: readonly string[]) => unknown,
  knowledge: Knowledge,
): Traits["format"] {
  if (knowledge.isLightMarkup) return "light-markup";
  if (knowledge.isAlwaysMarkdown) return "markdown-always";
  const types = [
    ...listOf(first("configuration", "statuses", "supportedMimeTypes")),
    ...listOf(first("pleroma", "metadata", "postFormats")),
  ];
  const isGlitch = first("apiVersions", "glitch") !== undefined;
  return types.includes("text/markdown") || isGlitch ? "markdown-on-request" : "plain";
}

/** GoToSocial says `wss:` even where it speaks plain HTTP: the way to the API decides. */
function streamingUrl(advertised: string, baseUrl: string): string | undefined {
  try {
    const url = new URL(advertised, baseUrl);
    if (!["ws:", "wss:", "http:", "https:"].includes(url.protocol)) return undefined;
    const scheme = new URL(baseUrl).protocol === "http:" ? "ws:" : "wss:";
    return url.href.replace(/^[a-z]+:/u, scheme).replace(/\/$/u, "");
  } catch {
    return undefined;
  }
}

async function probePolicy(options: HttpOptions, signal: AbortSignal): Promise<boolean> {
  const policy = await readable(() =>
    createClient(options, signal).api.v2.notifications.policy.fetch(),
  );
  return Object.keys(policy ?? {}).some((key) => key.startsWith("for"));
}
