import type { World } from "../seam.js";
import type { HostOptions, Sandbox, SandboxHost, SandboxOptions } from "../surface.js";
import type { ServerBehaviour } from "./behaviour.js";
import { openHost } from "./host.js";
import { mastodonServer } from "./mastodon.js";

/** What only the sandbox itself and its own tests set. */
export interface Internals {
  readonly now?: () => number;
  /** How a host behaves on the wire. Default: as Mastodon 4.6. */
  readonly behaviourOf?: (options: HostOptions) => ServerBehaviour;
}

/** Opens every host of a world; when one of them cannot be opened, none stays open. */
export async function serveWorld(
  world: World,
  options: SandboxOptions = {},
  internals: Internals = {},
): Promise<Sandbox> {
  const { now = Date.now, behaviourOf = () => mastodonServer } = internals;
  const { keeps, onWire } = options;
  const hosts: SandboxHost[] = [];
  const close = async () => {
    await Promise.all(hosts.map((host) => host.stop()));
  };
  try {
    for (const one of options.hosts ?? [{ domain: "sandbox.test" }]) {
      hosts.push(await openHost(world, one, { now, keeps, onWire, behaviour: behaviourOf(one) }));
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
