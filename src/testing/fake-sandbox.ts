import { type Internals, serveWorld } from "../sandbox/server/serve.js";
import type { HostOptions, SandboxHost, SandboxUser } from "../sandbox/surface.js";
import { createFakeWorld, type FakeWorld } from "./fake-world.js";

/** One host of a fake world with one user, for tests of how the sandbox serves. */
export interface FakeSandbox extends AsyncDisposable {
  readonly world: FakeWorld;
  readonly host: SandboxHost;
  readonly ada: SandboxUser;
  /** Asks without being told apart from a program under test. */
  ask(method: string, path: string, init?: RequestInit): Promise<Response>;
  /** The same as ada, or with another token of hers. */
  askAs(method: string, path: string, init?: RequestInit & { token?: string }): Promise<Response>;
}

/** Opens it. */
export async function aFakeSandbox(
  options: Partial<HostOptions> = {},
  internals: Internals = {},
): Promise<FakeSandbox> {
  const world = createFakeWorld();
  const hosts = [{ domain: "sandbox.test", ...options }];
  const sandbox = await serveWorld(world, { hosts }, internals);
  const host = sandbox.host("sandbox.test");
  const ada = host.addUser({ username: "ada" });
  const ask = (method: string, path: string, init: RequestInit = {}) =>
    fetch(`${host.baseUrl}${path}`, { method, redirect: "manual", ...init });
  return {
    world,
    host,
    ada,
    ask,
    askAs: (method, path, { token = ada.token, ...init } = {}) =>
      ask(method, path, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...init.headers },
      }),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** A JSON body with its type. */
export function json(value: unknown): RequestInit {
  return { body: JSON.stringify(value), headers: { "content-type": "application/json" } };
}
