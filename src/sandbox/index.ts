import { createWorld } from "./api/index.js";
import { serveWorld } from "./server/serve.js";
import type { Sandbox, SandboxOptions } from "./surface.js";

export type * from "./surface.js";

/** Opens a sandbox: a small fediverse of Mastodon servers on loopback, in this process. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return await serveWorld(createWorld(), options);
}
