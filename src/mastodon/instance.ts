import { GatewayError } from "../errors.js";
import { senseless } from "./classify.js";
import { createClient } from "./client.js";
import { type HttpOptions, json, request } from "./http.js";
import { at, listOf, textOf } from "./odd.js";

/** Both instance documents in masto's shape, the newer first; there may be only one. */
export type Instances = readonly unknown[];

export interface Software {
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * What the server tells of itself.
 *
 * @throws GatewayError when it cannot be asked now
 */
export async function readInstances(options: HttpOptions, signal: AbortSignal): Promise<Instances> {
  let failure: unknown;
  const newer = await readable(() => createClient(options, signal).api.v2.instance.fetch()).catch(
    (error: unknown) => {
      failure = error;
    },
  );
  // The older document is asked for what the newer one lacks, and where there is no newer one.
  const isEnough = at(newer, "configuration", "urls", "streaming") !== undefined;
  if (isEnough) return [newer];
  const askOlder = () => createClient(options, signal).api.v1.instance.fetch();
  if (newer === undefined) {
    signal.throwIfAborted();
    // A newer document that always fails may not keep the group down; a server that is down may.
    return [await askOlder().catch((error: unknown) => Promise.reject(failure ?? error))];
  }
  const older = await readable(askOlder);
  return older === undefined ? [newer] : [newer, older];
}

/** `undefined` where the server has no such thing; other failures are thrown. */
export async function readable<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof GatewayError && !mayPass(error)) return undefined;
    throw error;
  }
}

function mayPass({ failure, status }: GatewayError): boolean {
  // A page instead of a document: a server, or a proxy, that does not know the path.
  return failure === "transient" && status !== 200;
}

/** The name that the server gives itself; `undefined` when it has none to give. */
export async function readSoftware(
  options: HttpOptions,
  signal: AbortSignal,
): Promise<Software | "not now" | undefined> {
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
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof GatewayError && mayPass(error) ? "not now" : undefined;
  }
}

/** From the server itself, whatever it points to: nothing else has a word in what it is. */
async function getJson(options: HttpOptions, url: URL, signal: AbortSignal): Promise<unknown> {
  const { host } = new URL(options.baseUrl);
  const guard = (next: URL): undefined => {
    if (next.host !== host) throw senseless("Reading nodeinfo", `it is on ${next.host}`);
  };
  const asked = { method: "GET", url, isAnonymous: true, guard };
  return json(asked, await request(options, asked, signal));
}
