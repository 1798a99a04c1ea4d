import type { ApiAnswer, HostApi, LocalUser, StreamEvent } from "../../seam.js";
import type { HostOptions, UserOptions } from "../../surface.js";
import { createWorld, type WorldOptions } from "../index.js";

/** What a test writes in a body. */
export type Body = Readonly<Record<string, unknown>>;

/** What a test reads off the wire; the keys most things have can be read without ado. */
export type Wire = Body & {
  readonly id: string;
  readonly uri: string;
  readonly content: string;
  readonly created_at: string;
  readonly type: string;
  readonly url: string;
  readonly acct: string;
};

/** A user who calls a host's routes without a network. */
export interface Client {
  readonly user: LocalUser;
  readonly events: readonly StreamEvent[];
  /** Calls and gives the whole answer, good or bad. */
  ask(method: string, path: string, body?: Body, files?: Files): Promise<ApiAnswer>;
  /** Calls and gives the body; throws when the answer is bad. */
  get<T = Wire>(path: string): Promise<T>;
  post<T = Wire>(path: string, body?: Body): Promise<T>;
}

type Files = Readonly<Record<string, { readonly bytes: Uint8Array; readonly type: string }>>;

/** One host with a way to make clients. */
export interface TestHost {
  readonly api: HostApi;
  readonly baseUrl: string;
  user(options: UserOptions | string): Client;
  /** Asks without being signed in. */
  readonly stranger: Pick<Client, "ask" | "get">;
}

/** Makes a world with these hosts; `https://<domain>` is where they pretend to be. */
export function testWorld(
  hosts: readonly (HostOptions | string)[] = ["a.test"],
  options: WorldOptions = {},
): TestHost[] {
  const world = createWorld(options);
  return hosts.map((host) => {
    const hostOptions = typeof host === "string" ? { domain: host } : host;
    const baseUrl = `https://${hostOptions.domain}`;
    const events = new Map<string, StreamEvent[]>();
    const api = world.addHost(hostOptions, baseUrl, (user, event) => {
      events.get(user.username)?.push(event);
    });
    return {
      api,
      baseUrl,
      stranger: caller(api, undefined),
      user(wanted) {
        const user = api.addUser(typeof wanted === "string" ? { username: wanted } : wanted);
        const own: StreamEvent[] = [];
        events.set(user.username, own);
        return { ...caller(api, user), user, events: own };
      },
    };
  });
}

function caller(api: HostApi, viewer: LocalUser | undefined) {
  const ask: Client["ask"] = async (method, path, body = {}, files = {}) => {
    const { pathname, searchParams } = new URL(path, "https://any.test");
    const query: Record<string, string | string[]> = {};
    for (const [key, value] of searchParams) {
      if (key.endsWith("[]")) query[key.slice(0, -2)] = searchParams.getAll(key);
      else query[key] = value;
    }
    for (const route of api.routes) {
      const params = route.method === method ? matchPath(route.path, pathname) : undefined;
      if (params !== undefined) return await route.handle({ params, query, body, files, viewer });
    }
    return { status: 404, body: { error: "Not Found" } };
  };
  const good = async <T>(method: string, path: string, body?: Body): Promise<T> => {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    // The test says what it expects to read.
    return answer.body as T;
  };
  return {
    ask,
    get: <T>(path: string) => good<T>("GET", path),
    post: <T>(path: string, body?: Body) => good<T>("POST", path, body),
  };
}

function matchPath(pattern: string, pathname: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? "");
    if (segment.startsWith(":")) params[segment.slice(1)] = value;
    else if (segment !== value) return undefined;
  }
  return params;
}
