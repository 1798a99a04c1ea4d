import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listenOnSocket } from "./unix-socket.js";

it("closes also when its folder was taken away and something else stands there", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-socket-"));
  try {
    const listener = await listenOnSocket(folder, (_, answer) => answer.end());
    await rename(join(folder, ".fedigroups.run"), join(folder, "elsewhere"));
    await writeFile(join(folder, ".fedigroups.run"), "in the way");
    await expect(listener.close()).resolves.toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
