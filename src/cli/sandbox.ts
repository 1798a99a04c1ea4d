import { createServer } from "node:http";
import { systemClock } from "../clock.js";
import { playApp } from "../play/app.js";
import { World } from "../play/world.js";
import { flavourNames, isFlavourName } from "../sandbox/index.js";
import { codeOf } from "../store/file-error.js";
import type { Board } from "../watch/board.js";
import { closed, listening, served } from "../web/serve.js";
import { readGroupToPlay } from "./group-to-play.js";
import { guide, whoIsThere } from "./guide.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { Narrator } from "./narrator.js";
import { runCommand } from "./run.js";
import { readVersion } from "./version.js";

/** How often what happens is told. */
const lookEveryMs = 250;
const homeDomain = "sandbox.test";
const awayDomain = "away.test";

/** What the small fediverse is like, and which group runs in it. */
export interface SandboxWish {
  /** Of its first server, the other one and the page follow; 0 for any. */
  readonly port: number;
  readonly flavour: string;
  /** As after `-c`; `undefined`: the example that comes with the program. */
  readonly config?: string | undefined;
  /** The address of the group, where there are several. */
  readonly group?: string | undefined;
}

/**
 * A small fediverse with people, the copy of a group at work, and a page to play on; stays until the signal.
 * Nothing of the group itself is changed.
 * @throws ConfigError, CliError when there is no such group or it cannot be used
 */
export async function sandboxCommand(
  wish: SandboxWish,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { port } = wish;
  const [awayPort, pagePort] = [1, 2].map((offset) =>
    port === 0 || port + offset > 65_535 ? 0 : port + offset,
  );
  const ports = [port, awayPort ?? 0, pagePort ?? 0] as const;
  await using world = await onPorts(ports, () => openWorld(wish, ports, io, signal));
  const server = createServer(await served(playApp(world, systemClock)));
  await onPorts(ports, () => listening(server, { host: "127.0.0.1", port: ports[2] }));
  try {
    const address = server.address();
    const page = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
    // Not through `say`: these tokens open nothing but this sandbox, and are there to be read.
    for (const line of await guide(world, { page, io })) io.stdout.write(`${line}\n`);
    await narrate(world, io, signal);
  } finally {
    await closed(server);
  }
  io.stdout.write("The sandbox is closed, and everything in it is forgotten.\n");
  return exitCodes.clean;
}

function openWorld(
  { flavour, config, group }: SandboxWish,
  [homePort, awayPort]: readonly number[],
  io: Io,
  signal: AbortSignal,
): Promise<World> {
  if (!isFlavourName(flavour)) {
    const names = flavourNames.join(", ");
    throw new CliError(`There is no flavour "${flavour}", only: ${names}.`, exitCodes.usage);
  }
  const shared = { hasRateLimits: false } as const;
  return World.open({
    hosts: [
      { ...shared, domain: homeDomain, flavour, ...(homePort !== undefined && { port: homePort }) },
      { ...shared, domain: awayDomain, ...(awayPort !== undefined && { port: awayPort }) },
    ],
    readModel: async (scratch) => {
      const { model, notices } = await readGroupToPlay({ config, group, cwd: io.cwd, scratch });
      say(io.stderr, io.secrets, ...notices);
      return model;
    },
    run: (folder, board, stop) => runGroup({ folder, board }, io, stop),
    clock: systemClock,
    version: readVersion(),
    signal,
  });
}

/** The daemon as it runs everywhere, but for what it says at the terminal: troubles only. */
function runGroup(
  { folder, board }: { readonly folder: string; readonly board: Board },
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const quiet: Io = { ...io, stdout: io.stderr, env: {}, cwd: folder, onHangUp: undefined };
  return runCommand({ config: folder, level: "warn", board }, quiet, signal);
}

/** Tells what everybody does, until the signal; and who is there, when the world has begun anew. */
async function narrate(world: World, io: Io, signal: AbortSignal): Promise<void> {
  const tell = (line: string) => say(io.stdout, io.secrets, `→ ${line}`);
  const narratorsOf = ({ sandbox, people: [admin] }: World) => [
    new Narrator(sandbox.host(homeDomain), admin?.username ?? "", tell),
    new Narrator(sandbox.host(awayDomain), "dave", tell),
  ];
  let { sandbox } = world;
  let narrators = narratorsOf(world);
  while (!signal.aborted) {
    for (const narrator of narrators) await narrator.look();
    await systemClock.sleep(lookEveryMs, signal).catch(() => undefined);
    if (world.sandbox === sandbox) continue;
    ({ sandbox } = world);
    narrators = narratorsOf(world);
    for (const line of ["Everything begins anew.", ...(await whoIsThere(world))]) {
      io.stdout.write(`${line}\n`);
    }
  }
}

async function onPorts<T>(ports: readonly number[], open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = codeOf(error);
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const reason = code === "EACCES" ? "not yours to use" : "in use";
    const fixed = ports.filter((port) => port !== 0).join(", ");
    throw new CliError(
      `One of the ports ${fixed} is ${reason}. Choose others with --port, or any free ones with --port 0.`,
    );
  }
}
