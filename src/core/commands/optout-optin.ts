import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";

/** `/optout`: others may not share the author's posts. For guests only. */
export const optoutCommand = defineCommand({
  names: ["optout", "opt-out"],
  allow: "anyone",
  summary: "help_cmd_optout",
  parse: noArgument,
  run: ({ status, standing, group: { t } }) => {
    if (standing === "admin") return { refusal: t("cmd_optout_fail_admin_cant") };
    if (standing === "member") return { refusal: t("cmd_optout_fail_member_cant") };
    return {
      changes: [{ kind: "opt-out", acct: status.author.acct }],
      answer: t("cmd_optout_ok"),
    };
  },
});

/** `/optin`: takes `/optout` back. */
export const optinCommand = defineCommand({
  names: ["optin", "opt-in"],
  allow: "anyone",
  summary: "help_cmd_optin",
  parse: noArgument,
  run: ({ status, standing, group: { t } }) => {
    if (standing === "admin") return { refusal: t("cmd_optin_fail_admin_cant") };
    if (standing === "member") return { refusal: t("cmd_optin_fail_member_cant") };
    return {
      changes: [{ kind: "opt-in", acct: status.author.acct }],
      answer: t("cmd_optin_ok"),
    };
  },
});
