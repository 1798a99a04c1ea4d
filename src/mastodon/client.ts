import type { mastodon } from "masto";
import { HttpActionDispatcher } from "masto/adapters/action/dispatcher-http.js";
import { HttpActionDispatcherHookMastodon } from "masto/adapters/action/dispatcher-http-hook-mastodon.js";
import { createActionProxy } from "masto/adapters/action/proxy.js";
import { BaseHttp } from "masto/adapters/http/base-http.js";
import { SerializerNativeImpl } from "masto/adapters/serializers/serializer-native-impl.js";
import type { HttpRequestParams, HttpResponse } from "masto/interfaces/http.js";
import type { Serializer } from "masto/interfaces/serializer.js";
import { GatewayError } from "../errors.js";
import type { AnswerHeaders } from "./answer-headers.js";
import type { Purpose } from "./classify.js";
import { type HttpOptions, json, request } from "./http.js";
import { parseJson } from "./json.js";
import { tidyLinks } from "./link-header.js";

const serializer: Serializer = new SerializerNativeImpl();

/**
 * masto over a transport of our own. masto's own one (measured, 7.12.0) loses the status of every
 * answer that is not JSON (a raw TypeError for an HTML 502), resolves `undefined` for an HTML 200,
 * has no timeout and drops the signal of list calls.
 */
class OurHttp extends BaseHttp {
  readonly #options: HttpOptions;
  readonly #signal: AbortSignal;
  readonly #purpose: Purpose;

  constructor(options: HttpOptions, signal: AbortSignal, purpose: Purpose) {
    super();
    this.#options = options;
    this.#signal = signal;
    this.#purpose = purpose;
  }

  override async request<T>(params: HttpRequestParams): Promise<HttpResponse<T>> {
    const url = new URL(params.path, this.#options.baseUrl);
    if (typeof params.search === "string") url.search = params.search;
    else if (params.search !== undefined) {
      url.search = serializer.serialize("querystring", params.search);
    }
    const { headers, body } = await encode(params);
    const asked = {
      ...{ method: params.method, url, purpose: this.#purpose },
      ...{ headers: { ...plain(params.requestInit?.headers), ...headers }, body },
    };
    const answer = await request(this.#options, asked, this.#signal);
    return {
      // All that masto and we read of them.
      headers: tidy(answer.headers, url) as Headers,
      // Nobody believes masto's types: mapping.ts looks at every field before it is used.
      data: json(asked, answer, parseJson) as T,
    };
  }
}

interface Encoded {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** No data: neither body nor content type, for Hollo answers 500 and GoToSocial 400 to a lone type. */
async function encode({ encoding, body }: HttpRequestParams): Promise<Encoded> {
  if (body === undefined) return {};
  if (encoding === "multipart-form") {
    // An option of masto's, not a field of the form.
    const { skipPolling: _, ...fields } = body;
    const form = serializer.serialize("multipart-form", fields);
    // Node loads all of `fetch` for this, 20 ms and some megabytes; so for this only.
    const written = new Response(form);
    return {
      headers: { "Content-Type": written.headers.get("content-type") ?? "" },
      body: new Uint8Array(await written.arrayBuffer()),
    };
  }
  return {
    headers: { "Content-Type": "application/json" },
    body: serializer.serialize("json", body),
  };
}

/** As a record, whatever form they were given in. */
function plain(headers: RequestInit["headers"] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(Symbol.iterator in headers ? [...headers] : Object.entries(headers));
}

function tidy(headers: AnswerHeaders, base: URL): AnswerHeaders {
  const link = headers.get("link");
  if (link === null) return headers;
  const tidied = tidyLinks(link, base);
  return { get: (name) => (name === "link" ? tidied : headers.get(name)) };
}

/** One call's way to the server: masto's typed client, and the transport for what it does not know. */
export interface Client {
  readonly api: mastodon.rest.Client;
  readonly http: Pick<BaseHttp, "get" | "post" | "put" | "patch">;
}

/**
 * A client bound to one signal; make one per call, it is cheap. Never keep one of its functions in a
 * variable: called a second time, it asks for another path.
 */
export function createClient(
  options: HttpOptions,
  signal: AbortSignal,
  purpose: Purpose = "other",
): Client {
  const http = new OurHttp(options, signal, purpose);
  return {
    get api() {
      const hook = new HttpActionDispatcherHookMastodon(http);
      const dispatcher = new HttpActionDispatcher(http, hook);
      return createActionProxy<mastodon.rest.Client>(dispatcher, { context: ["api"] });
    },
    http,
  };
}

/**
 * An id as one segment of a path: ids may hold slashes and colons.
 *
 * @throws GatewayError permanent, for what would name another path
 */
export function segment(id: string): string {
  if (id === "" || id === "." || id === "..") {
    throw new GatewayError("The server gave an id that cannot be asked for.", {
      failure: "permanent",
      isOutcomeKnown: true,
    });
  }
  return encodeURIComponent(id);
}
