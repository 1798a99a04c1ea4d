import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";

/** `/closegroup`: only members may post from now on. */
export const closegroupCommand = defineCommand({
  names: ["closegroup", "close-group"],
  allow: "admins",
  summary: "help_cmd_closegroup",
  parse: noArgument,
  run: ({ group: { t, control } }) => {
    if (control.memberOnly) return { answer: t("cmd_close_resp_already") };
    return {
      changes: [{ kind: "member-only", memberOnly: true }],
      answer: t("cmd_close_resp"),
    };
  },
});

/** `/opengroup`: everybody may post from now on. */
export const opengroupCommand = defineCommand({
  names: ["opengroup", "open-group"],
  allow: "admins",
  summary: "help_cmd_opengroup",
  parse: noArgument,
  run: ({ group: { t, control } }) => {
    if (!control.memberOnly) return { answer: t("cmd_open_resp_already") };
    return {
      changes: [{ kind: "member-only", memberOnly: false }],
      answer: t("cmd_open_resp"),
    };
  },
});
