import { hostOf } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import { toUrl } from "../core/url.js";
import { type HttpOptions, json, request, text } from "./http.js";
import { at, listOf, textOf } from "./odd.js";

/**
 * Where the API of an account's server may be, likeliest first, `https:` only. Later places are
 * asked for only when the earlier ones would not do.
 */
export async function* candidates(
  acct: Acct,
  options: HttpOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const seen = new Set<string>();
  const fresh = (urls: readonly (string | undefined)[]) =>
    urls.flatMap((url) => {
      const origin = secureOrigin(url);
      if (origin === undefined || seen.has(origin)) return [];
      seen.add(origin);
      return [origin];
    });
  yield* fresh([`https://${hostOf(acct)}`]);
  for (const look of [hostMeta, webFinger, nodeinfo]) {
    yield* fresh(await hints(() => look(acct, options, signal), signal));
  }
}

type Look = (
  acct: Acct,
  options: HttpOptions,
  signal: AbortSignal,
) => Promise<readonly (string | undefined)[]>;

/** The template of its WebFinger names the server that has the accounts. */
const hostMeta: Look = async (_acct, options, signal) => {
  const asked = ask("/.well-known/host-meta", options);
  const answer = await request(options, asked, signal);
  const template = /template=["'](https:[^"'{]+)/u.exec(text(answer.bytes))?.[1];
  return [template, answer.url.origin];
};

/** The account's own page and actor are on the server. */
const webFinger: Look = async (acct, options, signal) => {
  const asked = ask(`/.well-known/webfinger?resource=acct:${encodeURIComponent(acct)}`, options);
  const document = json(asked, await request(options, asked, signal));
  const links = listOf(at(document, "links"));
  const hrefs = ["self", "http://webfinger.net/rel/profile-page"].flatMap((rel) =>
    links.filter((link) => at(link, "rel") === rel).map((link) => textOf(at(link, "href"))),
  );
  return [...hrefs, ...listOf(at(document, "aliases")).map(textOf)];
};

const nodeinfo: Look = async (_acct, options, signal) => {
  const asked = ask("/.well-known/nodeinfo", options);
  const document = json(asked, await request(options, asked, signal));
  return listOf(at(document, "links")).map((link) => textOf(at(link, "href")));
};

function ask(path: string, { baseUrl }: HttpOptions) {
  return {
    method: "GET",
    url: new URL(path, baseUrl),
    headers: { Accept: "application/json, application/jrd+json, */*;q=0.5" },
    isAnonymous: true,
  };
}

async function hints(
  look: () => Promise<readonly (string | undefined)[]>,
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  try {
    return (await look()).slice(0, 10);
  } catch {
    signal.throwIfAborted();
    return [];
  }
}

function secureOrigin(url: string | undefined): string | undefined {
  const read = toUrl(url ?? "");
  return read?.protocol === "https:" ? read.origin : undefined;
}
