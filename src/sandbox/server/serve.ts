import type { World } from "../seam.js";
import type { Sandbox, SandboxHost, SandboxOptions } from "../surface.js";
import { openHost } from "./host.js";

/** What only the sandbox's own tests set. */
export interface Internals {
  readonly now?: () => number;
}

/** Opens every host of a world; when one of them cannot be opened, none stays open. */
export async function serveWorld(
  world: World,
  options: SandboxOptions = {},
  internals: Internals = {},
): Promise<Sandbox> {
  const hosts: SandboxHost[] = [];
  const close = async () => {
    await Promise.all(hosts.map((host) => host.stop()));
  };
  try {
    for (const one of options.hosts ?? [{ domain: "sandbox.test" }]) {
      hosts.push(await openHost(world, one, internals.now ?? Date.now));
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    hosts,
    host(domain) {
      const host = hosts.find((one) => one.domain === domain);
      if (host === undefined) throw new Error(`The sandbox has no host ${domain}.`);
      return host;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
