import { createWorld } from "./api/index.js";
import { flavourOf } from "./flavours/index.js";
import { serveWorld } from "./server/serve.js";
import type { Sandbox, SandboxOptions } from "./surface.js";

export { flavourNames, isFlavourName } from "./flavours/index.js";
export type * from "./surface.js";

/** Opens a sandbox: a small fediverse on loopback, in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { keeps, onStatus, now } = options;
  const world = createWorld({ behaviourOf: (host) => flavourOf(host).api, keeps, onStatus });
  return await serveWorld(world, options, {
    behaviourOf: (host) => flavourOf(host).server,
    ...(now !== undefined && { now }),
  });
}
