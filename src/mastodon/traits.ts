import { cautiousTraits, type Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import { createClient } from "./client.js";
import { type HttpOptions, json, request } from "./http.js";
import { at, listOf, textOf } from "./odd.js";

/** Everything that is known of servers by name stands in this table; the rest goes by what they tell. */
interface Knowledge {
  /** Counts as Mastodon does; it must also reserve 23 characters for a link. */
  readonly isMastodon?: true;
  /** Answers a repeated post with the first one. */
  readonly hasIdempotencyKey?: true;
  /** Reads every post as markup, whatever is asked for. */
  readonly isAlwaysMarkdown?: true;
  /** Advertises a stream that it does not have. */
  readonly hasNoStream?: true;
}

const known: Readonly<Record<string, Knowledge>> = {
  mastodon: { isMastodon: true, hasIdempotencyKey: true },
  hometown: { isMastodon: true, hasIdempotencyKey: true },
  pleroma: { hasIdempotencyKey: true },
  akkoma: { hasIdempotencyKey: true },
  gotosocial: {},
  hollo: { hasIdempotencyKey: true, isAlwaysMarkdown: true },
  "iceshrimp.net": { hasIdempotencyKey: true, isAlwaysMarkdown: true },
  mitra: { hasIdempotencyKey: true, isAlwaysMarkdown: true },
  sharkey: { isAlwaysMarkdown: true },
  snac: { isAlwaysMarkdown: true, hasNoStream: true },
};

/**
 * What the server can do, from its instance documents, its nodeinfo and one probe.
 *
 * @throws GatewayError when it cannot be asked now
 */
export async function learnTraits(options: HttpOptions, signal: AbortSignal): Promise<Traits> {
  const [instances, software, hasNotificationPolicy] = await Promise.all([
    readInstances(options, signal),
    readSoftware(options, signal),
    probePolicy(options, signal),
  ]);
  return { ...deduce(instances, software, options.baseUrl), hasNotificationPolicy };
}

/** Both instance documents in masto's shape, the newer first; there may be only one. */
export type Instances = readonly unknown[];

export interface Software {
  readonly name: string;
  readonly version: string | undefined;
}

/** What the documents mean; no network. */
export function deduce(
  instances: Instances,
  software: Software | undefined,
  baseUrl: string,
): Omit<Traits, "hasNotificationPolicy"> {
  const first = (...keys: readonly string[]) =>
    instances.map((instance) => at(instance, ...keys)).find((value) => value !== undefined);
  const version = textOf(first("version"));
  const name =
    software?.name ?? /(?:compatible;|really) ([\w.]+)[ /]/u.exec(version ?? "")?.[1] ?? "";
  const knowledge = known[name.toLowerCase()] ?? {};
  const isPleroma = first("pleroma") !== undefined;
  const maxCharacters = [
    first("configuration", "statuses", "maxCharacters"),
    first("maxTootChars"),
  ].find((limit) => typeof limit === "number" && Number.isFinite(limit) && limit >= 1);
  const isMastodon =
    first("configuration", "statuses", "charactersReservedPerUrl") === 23 &&
    !isPleroma &&
    (knowledge.isMastodon === true ||
      (name === "" && first("apiVersions", "mastodon") !== undefined));
  const advertised =
    textOf(first("configuration", "urls", "streaming")) ?? textOf(first("urls", "streamingApi"));
  return {
    software:
      [software?.name ?? name, software?.version ?? version].filter(Boolean).join(" ") ||
      cautiousTraits.software,
    maxCharacters:
      typeof maxCharacters === "number" ? Math.floor(maxCharacters) : cautiousTraits.maxCharacters,
    counting: isMastodon ? "mastodon" : "code-points",
    format: formatOf(first, knowledge),
    streamingUrl: knowledge.hasNoStream ? undefined : streamingUrl(advertised, baseUrl),
    hasIdempotencyKey: knowledge.hasIdempotencyKey === true,
  };
}

function formatOf(
  first: (...keys: readonly string[]) => unknown,
  knowledge: Knowledge,
): Traits["format"] {
  if (knowledge.isAlwaysMarkdown) return "markdown-always";
  const types = [
    ...listOf(first("configuration", "statuses", "supportedMimeTypes")),
    ...listOf(first("pleroma", "metadata", "postFormats")),
  ];
  const isGlitch = first("apiVersions", "glitch") !== undefined;
  return types.includes("text/markdown") || isGlitch ? "markdown-on-request" : "plain";
}

/** GoToSocial says `wss:` even where it speaks plain HTTP: the way to the API decides. */
function streamingUrl(advertised: string | undefined, baseUrl: string): string | undefined {
  if (advertised === undefined) return undefined;
  try {
    const url = new URL(advertised, baseUrl);
    if (!["ws:", "wss:", "http:", "https:"].includes(url.protocol)) return undefined;
    const scheme = new URL(baseUrl).protocol === "http:" ? "ws:" : "wss:";
    return url.href.replace(/^[a-z]+:/u, scheme).replace(/\/$/u, "");
  } catch {
    return undefined;
  }
}

async function readInstances(options: HttpOptions, signal: AbortSignal): Promise<Instances> {
  const newer = await readable(() => createClient(options, signal).api.v2.instance.fetch());
  // The older document is asked for what the newer one lacks, and where there is no newer one.
  const isEnough = at(newer, "configuration", "urls", "streaming") !== undefined;
  if (isEnough) return [newer];
  const askOlder = () => createClient(options, signal).api.v1.instance.fetch();
  if (newer === undefined) return [await askOlder()];
  const older = await readable(askOlder);
  return older === undefined ? [newer] : [newer, older];
}

/** `undefined` where the server has no such thing; other failures are thrown. */
async function readable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GatewayError && error.failure !== "transient") return undefined;
    // A page instead of a document: a server, or a proxy, that does not know the path.
    if (error instanceof GatewayError && error.status === 200) return undefined;
    throw error;
  }
}

/** The name that the server gives itself; `undefined` when it has none to give, or not now. */
async function readSoftware(
  options: HttpOptions,
  signal: AbortSignal,
): Promise<Software | undefined> {
  try {
    const index = await getJson(options, new URL("/.well-known/nodeinfo", options.baseUrl), signal);
    const links = listOf(at(index, "links"))
      .map((link) => ({ rel: textOf(at(link, "rel")) ?? "", href: textOf(at(link, "href")) }))
      .filter(({ rel, href }) => /nodeinfo\.diaspora\.software\/ns\/schema\/2/u.test(rel) && href)
      .sort((a, b) => b.rel.localeCompare(a.rel));
    const href = links[0]?.href;
    if (href === undefined) return undefined;
    const nodeinfo = await getJson(options, new URL(href, options.baseUrl), signal);
    const name = textOf(at(nodeinfo, "software", "name"));
    return name === undefined
      ? undefined
      : { name, version: textOf(at(nodeinfo, "software", "version")) };
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function getJson(options: HttpOptions, url: URL, signal: AbortSignal): Promise<unknown> {
  const asked = { method: "GET", url, isAnonymous: true };
  return json(asked, await request(options, asked, signal));
}

async function probePolicy(options: HttpOptions, signal: AbortSignal): Promise<boolean> {
  const policy = await readable(() =>
    createClient(options, signal).api.v2.notifications.policy.fetch(),
  );
  return Object.keys(policy ?? {}).some((key) => key.startsWith("for"));
}
