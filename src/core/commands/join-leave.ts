import type { Effect } from "../effects.js";
import { mayWrite } from "../group.js";
import { joinLines } from "../reply.js";
import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";
import { adminLines } from "./phrases.js";

/** `/join`: membership where the group is open; for members, a new follow when the old one broke. */
export const joinCommand = defineCommand({
  names: ["join"],
  allow: "anyone",
  summary: "help_cmd_join",
  parse: noArgument,
  run: ({ status: { author }, standing, group }) => {
    const { acct, id } = author;
    const { control, t } = group;
    if (!mayWrite(control, acct)) {
      return { answer: joinLines([t("welcome_closed"), adminLines(group)]) };
    }
    const effects: readonly Effect[] = [{ kind: "follow", target: { acct, id } }];
    if (control.memberUsers.has(acct)) return { effects, answer: t("cmd_join_again") };
    return {
      changes: [{ kind: "add-member", acct }],
      effects,
      answer: t(standing === "admin" ? "cmd_join_again" : "welcome_join_cmd"),
    };
  },
});

/** `/leave`: no longer a member. Admin rights are another matter; only an admin takes those away. */
export const leaveCommand = defineCommand({
  names: ["leave"],
  // Guests get an explanation of their own.
  allow: "anyone",
  summary: "help_cmd_leave",
  parse: noArgument,
  run: ({ status: { author }, standing, group: { t } }) => {
    const { acct, id } = author;
    if (standing === "guest") return { refusal: t("cmd_leave_fail_not_member") };
    return {
      changes: [{ kind: "remove-member", acct }],
      effects: [{ kind: "unfollow", target: { acct, id } }],
      answer: t(standing === "admin" ? "cmd_leave_admin" : "cmd_leave_ok"),
    };
  },
});
