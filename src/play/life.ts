import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toAcct } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import type { Clock } from "../ports.js";
import {
  type HostOptions,
  type Sandbox,
  type SandboxUser,
  startSandbox,
} from "../sandbox/index.js";
import { Board } from "../watch/board.js";
import { castFor } from "./cast.js";
import { type Model, writeCopy } from "./copy-group.js";

const lookEveryMs = 20;

/** What a world is made of. */
export interface WorldParts {
  /** The group's server, then another one. */
  readonly hosts: readonly [HostOptions, HostOptions];
  /** Reads the group that is to be copied; may use a folder of its own that is gone afterwards. */
  readonly readModel: (scratch: string) => Promise<Model>;
  /** Runs the groups of a folder until the signal, and tells the board what happens. */
  readonly run: (folder: string, board: Board, signal: AbortSignal) => Promise<number>;
  readonly clock: Clock;
  readonly version: string;
  readonly signal: AbortSignal;
}

/** One world from its beginning to its end. */
export interface Life {
  readonly sandbox: Sandbox;
  readonly board: Board;
  readonly folder: string;
  readonly model: Model;
  readonly group: SandboxUser;
  readonly groupAcct: Acct;
  /** An account that has nothing to do with the group yet. */
  readonly spare: SandboxUser;
  readonly people: SandboxUser[];
  readonly stop: AbortController;
  readonly running: Promise<number>;
}

/** What the group that is to be copied is made of now. @throws what reading it throws */
export async function readModelOf({ readModel }: Pick<WorldParts, "readModel">): Promise<Model> {
  const scratch = await mkdtemp(join(tmpdir(), "fedigroups-play-"));
  try {
    return await readModel(scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Opens the servers, makes everybody's accounts and runs the copy. @throws see `World.open` */
export async function begin(
  parts: WorldParts,
  hosts: readonly HostOptions[],
  onChange: () => void,
): Promise<Life> {
  const model = await readModelOf(parts);
  const sandbox = await startSandbox({ hosts, onStatus: onChange });
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-play-"));
  const stop = new AbortController();
  try {
    const board = new Board(parts.clock, parts.version);
    const { people, group, spare } = castFor(sandbox, parts.hosts, model.acct);
    const [admin, member] = people;
    const base = sandbox.host(parts.hosts[0].domain).baseUrl;
    const secrets = { clientId: "", clientSecret: "", redirect: "urn:ietf:wg:oauth:2.0:oob" };
    const groupAcct = known(group.acct);
    await writeCopy(folder, model, {
      acct: groupAcct,
      appdata: { base, token: group.token, ...secrets },
      admin: known(admin.acct),
      member: known(member.acct),
    });
    const signal = AbortSignal.any([parts.signal, stop.signal]);
    const running = parts.run(folder, board, signal);
    const life: Life = {
      ...{ sandbox, board, folder, model, group, groupAcct, spare, stop, running },
      people: [...people],
    };
    await live(life, parts);
    await member.follow(group.acct);
    await admin.follow(group.acct);
    return life;
  } catch (error) {
    stop.abort();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function live({ board, running }: Life, { clock, signal }: WorldParts): Promise<void> {
  let end: number | undefined;
  const ended = running.then((code) => {
    end = code;
  });
  for (;;) {
    if (board.conditions().some(({ phase }) => phase === "live")) return;
    if (end !== undefined) throw new Error(`The group ended with code ${end} before it was live.`);
    await Promise.race([ended, clock.sleep(lookEveryMs, signal)]);
  }
}

/** Stops the group and the servers, and leaves nothing behind. */
export async function end({ sandbox, folder, stop, running }: Life): Promise<void> {
  stop.abort();
  await running;
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
}

/** Where the copy's files are. */
export function groupFolderOf(folder: string, acct: Acct): string {
  return join(folder, "groups", acct);
}

function known(text: string): Acct {
  const acct = toAcct(text);
  if (acct === undefined) throw new Error(`${text} is no address.`);
  return acct;
}
