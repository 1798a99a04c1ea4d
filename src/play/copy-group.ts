import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Appdata, appdataToJson } from "../config/group-config.js";
import { hostOf } from "../core/acct.js";
import type { GroupControl } from "../core/group.js";
import type { LocaleTable } from "../core/messages.js";
import type { Acct } from "../core/model.js";
import { createFileStore } from "../store/file-store.js";

/** What a real group is made of, without its sign-in. */
export interface Model {
  readonly acct: Acct;
  readonly characterLimit: number | undefined;
  /** Every text as the group says it: its own, its locale's, English. */
  readonly texts: LocaleTable;
  readonly control: GroupControl;
  /** The common file, as it stands there. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Who the copy is. */
export interface Identity {
  readonly acct: Acct;
  readonly appdata: Appdata;
  /** Who gives orders there, besides the admins of the model. */
  readonly admin: Acct;
  /** Who is a member from the start where following does not make one. */
  readonly member: Acct;
}

/**
 * Writes the files of a group that is like the model, but somebody else: no token, no folder and no
 * address of the model is in them, and nothing of it is listened on.
 */
export async function writeCopy(folder: string, model: Model, identity: Identity): Promise<void> {
  const { acct, appdata, admin, member } = identity;
  const groupFolder = join(folder, "groups", acct);
  await mkdir(groupFolder, { recursive: true, mode: 0o700 });
  const { locales_dir, ...settings } = model.settings;
  await write(join(folder, "groups.json5"), {
    ...{ ...settings, groups_dir: "groups", http_listen: "", validate_locales: false },
  });
  await write(join(groupFolder, "config.json5"), {
    ...{ enabled: true, acct, appdata: appdataToJson(appdata) },
    ...(model.characterLimit !== undefined && { character_limit: model.characterLimit }),
  });
  await write(join(groupFolder, "messages.json5"), model.texts);
  const { adminUsers, memberUsers, memberOnly } = model.control;
  const store = createFileStore(groupFolder, { localHost: hostOf(acct) });
  await store.writeControl({
    ...model.control,
    adminUsers: new Set([...adminUsers, admin]),
    memberUsers: memberOnly ? new Set([...memberUsers, member]) : memberUsers,
  });
}

function write(file: string, value: object): Promise<void> {
  return writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
}
