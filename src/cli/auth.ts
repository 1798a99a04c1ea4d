import { dirname, join } from "node:path";
import { systemClock } from "../clock.js";
import { loadCommon } from "../config/common.js";
import type { Appdata } from "../config/group-config.js";
import {
  checkNewGroup,
  checkWritable,
  findGroup,
  ownerNotice,
  updateAppdata,
  writeNewGroup,
} from "../config/group-file.js";
import { hostOf, toAcct } from "../core/acct.js";
import { emptyControl } from "../core/group.js";
import type { Acct } from "../core/model.js";
import { createFileStore } from "../store/file-store.js";
import { readJson5 } from "../store/json5-file.js";
import { commandLine } from "./command-line.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import type { SignInErrand } from "./options.js";
import { signIn } from "./sign-in.js";
import { readVersion } from "./version.js";

/**
 * Signs a new group in (`-a`) or an existing one again (`-A`). Files are written last, after the
 * server has said that the account is the one asked for.
 * @throws CliError, ConfigError, FileError with a sentence for the operator; nothing is saved then
 */
export async function authCommand(
  errand: SignInErrand,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const acct = toHandle(errand.handle);
  const admin = errand.admin === undefined ? undefined : toHandle(errand.admin);
  const { groupsFolder } = await loadCommon(errand.config, io.cwd);
  const command = (...more: readonly string[]) => commandLine(io, errand.config, ...more);
  const existing = await findGroup(groupsFolder, acct);
  if (errand.kind === "sign-in") {
    if (existing !== undefined) throw knownGroup(acct, existing, command("-A", acct));
    await checkNewGroup(groupsFolder, acct);
  } else if (existing === undefined) throw unknownGroup(groupsFolder, acct, command("-a", acct));
  else await checkWritable(dirname(existing));

  const base = errand.base ?? (existing === undefined ? undefined : await baseIn(existing));
  const options = { version: readVersion(), clock: systemClock, signal };
  const appdata = await signIn(
    { acct, base, hasTokenOnStdin: errand.hasTokenOnStdin },
    io,
    options,
  );
  signal.throwIfAborted();
  if (existing === undefined) await saveNew({ groupsFolder, acct, admin, appdata }, io);
  else {
    await updateAppdata(existing, appdata);
    say(io.stdout, io.secrets, `Signed in. The new access is saved in ${existing}.`);
  }
  const notice = await ownerNotice(existing ? dirname(existing) : join(groupsFolder, acct));
  if (notice !== undefined) say(io.stderr, io.secrets, `fedigroups: ${notice}`);
  if (appdata.tokenExpiresAt !== undefined) {
    const day = new Date(appdata.tokenExpiresAt).toISOString().slice(0, 10);
    const sentence = `The server ends this access on ${day}. The log will remind you; then: ${command("-A", acct)}`;
    say(io.stdout, io.secrets, sentence);
  }
  say(
    io.stdout,
    io.secrets,
    `To run it: ${command()}, or as a service: sudo systemctl reload-or-restart fedigroups`,
  );
  return exitCodes.clean;
}

function toHandle(text: string): Acct {
  const acct = toAcct(text);
  if (acct !== undefined) return acct;
  throw new CliError(
    `"${text}" is not a complete handle. It has the form user@server, such as ducks@example.social.`,
    exitCodes.usage,
  );
}

function knownGroup(acct: Acct, existing: string, command: string): CliError {
  return new CliError(
    `The group ${acct} is here already (${existing}). To sign it in again: ${command}`,
  );
}

function unknownGroup(groupsFolder: string, acct: Acct, command: string): CliError {
  return new CliError(
    `There is no group ${acct} in ${groupsFolder}. To sign a new group in: ${command}`,
  );
}

/** Where the group's API was so far; the file need not be in order otherwise. */
async function baseIn(configFile: string): Promise<string | undefined> {
  const base = field(field((await readJson5(configFile))?.value, "appdata"), "base");
  return typeof base === "string" && /^https?:\/\//iu.test(base) ? base : undefined;
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

interface NewGroup {
  readonly groupsFolder: string;
  readonly acct: Acct;
  readonly admin: Acct | undefined;
  readonly appdata: Appdata;
}

async function saveNew({ groupsFolder, acct, admin, appdata }: NewGroup, io: Io): Promise<void> {
  const file = await writeNewGroup(groupsFolder, { acct, appdata });
  const folder = dirname(file);
  const tell = (...lines: readonly string[]) => say(io.stdout, io.secrets, ...lines);
  tell(`Signed in. The group is saved in ${file}.`);
  if (admin === undefined) {
    tell(
      "",
      "It has no admin yet. Before it runs, write yourself into",
      `  ${folder}/control.json5`,
      "like this, with your own address:",
      '  { "admin_users": ["you@example.social"] }',
      "",
    );
    return;
  }
  const store = createFileStore(folder, { localHost: hostOf(acct) });
  const control = await store.readControl();
  await store.writeControl({
    ...emptyControl,
    ...control,
    adminUsers: new Set([...control.adminUsers, admin]),
  });
  tell(`${admin} is its first admin.`);
}
