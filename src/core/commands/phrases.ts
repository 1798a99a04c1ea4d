/** What several commands say alike. */

import { type MessageKey, rendered, type Tokens } from "../messages.js";
import type { Acct } from "../model.js";
import { joinLines } from "../reply.js";
import type { Group } from "../situation.js";

// An answer is for reading. Whoever needs more looks into control.json5.
const MAX_LINES = 200;

/** A refusal that names its cause. */
export function failed(group: Group, cause: MessageKey, tokens: Tokens): string {
  return group.t("cmd_error", { cause: rendered(group.t(cause, tokens)) });
}

/** The usage line of a command whose argument could not be read. */
export function usage(group: Group, summary: MessageKey): string {
  return group.t("cmd_usage", { usage: rendered(group.t(summary)) });
}

/** Lines of a list, cut when there are too many. */
export function listLines(lines: readonly string[], group: Group): readonly string[] {
  if (lines.length <= MAX_LINES) return lines;
  const count = String(lines.length - MAX_LINES);
  return [...lines.slice(0, MAX_LINES), group.t("list_more", { count })];
}

/** One line per person, sorted. Without a leading @, so that nobody is pinged. */
export function userLines(accts: Iterable<Acct>, group: Group, marksAdmins: boolean): string[] {
  const { adminUsers } = group.control;
  return [...accts].sort().map((user) => {
    const isMarked = marksAdmins && adminUsers.has(user);
    return group.t(isMarked ? "user_list_entry_admin" : "user_list_entry", { user });
  });
}

/** The admins, one per line, or a line that says that there are none. */
export function adminLines(group: Group): string {
  const lines = userLines(group.control.adminUsers, group, false);
  return joinLines(lines.length > 0 ? listLines(lines, group) : [group.t("admin_list_none")]);
}
