import type { Standing } from "../group.js";
import type { Status } from "../model.js";
import { isShared } from "../share.js";
import type { Group } from "../situation.js";
import { defineCommand, type Outcome } from "./command.js";
import { noArgument } from "./people.js";

/** `/undo`: takes a share back, or deletes the group's own post for an admin. */
export const undoCommand = defineCommand({
  names: ["undo", "delete"],
  // An author takes their post back even if they never joined.
  allow: "anyone",
  summary: "help_cmd_undo",
  parse: noArgument,
  needs: (_, { inReplyTo }) => (inReplyTo === undefined ? {} : { statuses: [inReplyTo] }),
  run: ({ status, standing, group, found }) => {
    const { inReplyTo, author } = status;
    if (inReplyTo === undefined) return { refusal: group.t("cmd_undo_fail_not_reply") };
    const parent = found.status(inReplyTo);
    if (parent === undefined) return { refusal: group.t("cmd_undo_fail_not_found") };
    if (parent.author.acct === group.self.acct) return deleteOwn(parent, standing, group);
    if (!isShared(parent, group)) return { refusal: group.t("cmd_undo_fail_not_shared") };
    const isTheirs =
      standing === "admin" ||
      parent.author.acct === author.acct ||
      group.memory.shareOf(parent.uri)?.by === author.acct;
    if (!isTheirs) return { refusal: group.t("cmd_undo_fail_not_yours") };
    return { effects: [{ kind: "unreblog", status: parent.id, uri: parent.uri }] };
  },
});

function deleteOwn(own: Status, standing: Standing, group: Group): Outcome {
  if (standing !== "admin") return { refusal: group.t("cmd_undo_fail_admins_only") };
  return { effects: [{ kind: "delete", status: own.id }] };
}
