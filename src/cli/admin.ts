import { dirname } from "node:path";
import * as v from "valibot";
import { loadCommon } from "../config/common.js";
import { findGroup } from "../config/group-file.js";
import { hostOf, toAcct } from "../core/acct.js";
import { applyChange } from "../core/group.js";
import type { Acct } from "../core/model.js";
import { type AdminOrder, decideAdmin, type OrderAnswer } from "../core/operator.js";
import { createFileStore } from "../store/file-store.js";
import { acquireLock } from "../store/lock.js";
import { askDaemon } from "./ask-daemon.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";

export interface AdminOptions {
  readonly config: string | undefined;
  /** The group's address, as typed. */
  readonly group: string;
  readonly action: AdminOrder["action"];
  /** Whom it is about, as typed; a bare name is one of the group's own server. */
  readonly handle: string;
}

const answerSchema = v.object({ isDone: v.boolean(), told: v.string() });

/**
 * Makes somebody an admin of a group or takes that back: through the running daemon where there is one, else
 * on the group's file.
 * @throws CliError for what is no address or no group of this installation; ConfigError, FileError, LockedError
 */
export async function adminCommand(options: AdminOptions, io: Io): Promise<ExitCode> {
  const group = addressIn(options.group);
  const acct = addressIn(options.handle, group);
  const order: AdminOrder = { action: options.action, acct };
  const { groupsFolder } = await loadCommon(options.config, io.cwd);
  await folderOf(groupsFolder, group);
  const answer =
    (await askDaemon(groupsFolder, {
      method: "POST",
      path: "/admins",
      body: { group, ...order },
    })) ?? (await alone(groupsFolder, io, () => orderOnFiles(groupsFolder, group, order)));
  const { isDone, told } = v.parse(answerSchema, answer);
  if (!isDone) throw new CliError(told);
  say(io.stdout, io.secrets, told);
  return exitCodes.clean;
}

/**
 * Carries an order out on the files of a group that does not run.
 * @throws CliError when there is no such group; ConfigError, FileError
 */
export async function orderOnFiles(
  groupsFolder: string,
  group: Acct,
  order: AdminOrder,
): Promise<OrderAnswer> {
  const folder = await folderOf(groupsFolder, group);
  const store = createFileStore(folder, { localHost: hostOf(group) });
  const control = await store.readControl();
  const { changes, ...answer } = decideAdmin(order, control, group);
  if (changes.length > 0) await store.writeControl(changes.reduce(applyChange, control));
  return answer;
}

/** Nobody starts the daemon meanwhile. */
async function alone<T>(groupsFolder: string, { pid }: Io, work: () => Promise<T>): Promise<T> {
  const release = await acquireLock(groupsFolder, { pid });
  try {
    return await work();
  } finally {
    await release();
  }
}

function addressIn(typed: string, group?: Acct): Acct {
  const acct = toAcct(typed, group && hostOf(group));
  if (acct !== undefined) return acct;
  const example = group === undefined ? "ducks@example.social" : "ann@example.social";
  throw new CliError(`"${typed}" is no address; write it like ${example}.`, exitCodes.usage);
}

async function folderOf(groupsFolder: string, group: Acct): Promise<string> {
  const file = await findGroup(groupsFolder, group);
  if (file !== undefined) return dirname(file);
  throw new CliError(
    `There is no group ${group} in ${groupsFolder}; fedigroups list shows those that are there.`,
  );
}
