import { startSandbox } from "../sandbox/index.js";
import type { FlavourName, HostOptions, SandboxHost, SandboxUser } from "../sandbox/surface.js";
import { type Answer, toAnswer } from "./same-shape.js";

/** Two hosts of one flavour, with the people that the recordings have, too. */
export interface FlavourStage extends AsyncDisposable {
  readonly here: SandboxHost;
  readonly there: SandboxHost;
  readonly groupbot: SandboxUser;
  readonly alice: SandboxUser;
  readonly bob: SandboxUser;
  /** Lives on the other host. */
  readonly dave: SandboxUser;
  /**
   * Asks as a program under test would. A body that is an object goes as JSON, a text as JSON that
   * may be broken, anything else as `fetch` has it.
   */
  ask(who: Asker, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Posts as a member and tells the id that the group's host has for it. */
  post(who: SandboxUser, text: string, more?: object): Promise<Posted>;
}

/** A user, a token, or nobody. */
export type Asker = SandboxUser | string | undefined;

/** A status as far as tests read it. */
export interface Posted {
  readonly id: string;
  readonly uri: string;
}

/** Opens the stage. */
export async function openFlavour(
  flavour: FlavourName,
  options: Partial<HostOptions> = {},
): Promise<FlavourStage> {
  const sandbox = await startSandbox({
    hosts: [
      { domain: "here.test", flavour, ...options },
      { domain: "there.test", flavour, ...options },
    ],
  });
  const here = sandbox.host("here.test");
  const there = sandbox.host("there.test");
  const open = { isLocked: false };
  return {
    here,
    there,
    groupbot: here.addUser({ username: "groupbot", ...open, isBot: true }),
    alice: here.addUser({ username: "alice", ...open }),
    bob: here.addUser({ username: "bob", ...open }),
    dave: there.addUser({ username: "dave", ...open }),
    async ask(who, method, path, body) {
      const token = typeof who === "object" ? who.token : who;
      const host = typeof who === "object" && who.acct.endsWith("@there.test") ? there : here;
      const isPlain =
        typeof body === "string" || Object.getPrototypeOf(body ?? "") === Object.prototype;
      const headers = {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(isPlain ? { "content-type": "application/json" } : {}),
      };
      const sent = isPlain && typeof body !== "string" ? JSON.stringify(body) : body;
      // The tests give what fetch takes.
      const init = { method, headers, redirect: "manual", body: sent } as RequestInit;
      return await toAnswer(await fetch(`${host.baseUrl}${path}`, init));
    },
    async post(who, text, more = {}) {
      const posted = await who.post(text, more);
      return who.acct.endsWith("@here.test")
        ? posted
        : await here.user("groupbot").localStatus(posted.uri);
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** The id that the group's host has for one of its own accounts. */
export async function idOf(stage: FlavourStage, username: string): Promise<string> {
  const { ask, groupbot } = stage;
  const found = await ask(groupbot, "GET", `/api/v1/accounts/lookup?acct=${username}`);
  return String(at(found, "id"));
}

/** Signs in as the group by the code one copies, and tells what came of each step. */
export async function signIn(stage: FlavourStage) {
  const redirect_uri = "urn:ietf:wg:oauth:2.0:oob";
  const scope = "read write follow";
  const asked = { client_name: "fixture", redirect_uris: redirect_uri, scopes: scope };
  const app = await stage.ask(undefined, "POST", "/api/v1/apps", asked);
  const client = { client_id: at(app, "client_id"), client_secret: at(app, "client_secret") };
  const query = new URLSearchParams({
    ...{ client_id: String(client.client_id), redirect_uri, scope, response_type: "code" },
  });
  const code = await stage.groupbot.approve(`${stage.here.baseUrl}/oauth/authorize?${query}`);
  const grant = { grant_type: "authorization_code", code, redirect_uri };
  const token = await stage.ask(undefined, "POST", "/oauth/token", { ...client, ...grant });
  return { app, token };
}

/** A part of an answer's body, by keys. */
export function at(answer: Answer, ...keys: readonly (string | number)[]): unknown {
  let value: unknown = answer.body;
  for (const key of keys) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
