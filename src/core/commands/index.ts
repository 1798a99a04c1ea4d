import { addCommand, removeCommand } from "./add-remove.js";
import { announceCommand } from "./announce.js";
import { banCommand, unbanCommand } from "./ban-unban.js";
import { createBoostCommand } from "./boost.js";
import type { BoundCommand } from "./command.js";
import { createHelpCommand } from "./help.js";
import { ignoreCommand } from "./ignore.js";
import { joinCommand, leaveCommand } from "./join-leave.js";
import { membersCommand } from "./members.js";
import { deopCommand, opCommand } from "./op-deop.js";
import { closegroupCommand, opengroupCommand } from "./opengroup-closegroup.js";
import { optinCommand, optoutCommand } from "./optout-optin.js";
import { pingCommand } from "./ping.js";
import { tagsCommand } from "./tags.js";
import { undoCommand } from "./undo.js";

/** `/help`; kept apart because it silences the other commands of its post. */
export const helpCommand = createHelpCommand(() => commands);

/** Every command, in the order of `/help`. */
export const commands: readonly BoundCommand[] = [
  helpCommand,
  ignoreCommand,
  membersCommand,
  tagsCommand,
  createBoostCommand(() => commands),
  pingCommand,
  joinCommand,
  leaveCommand,
  optoutCommand,
  optinCommand,
  undoCommand,
  announceCommand,
  banCommand,
  unbanCommand,
  opCommand,
  deopCommand,
  closegroupCommand,
  opengroupCommand,
  addCommand,
  removeCommand,
];

export { ignoreCommand };
