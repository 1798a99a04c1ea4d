import { joinLines } from "../reply.js";
import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";
import { adminLines, listLines, userLines } from "./phrases.js";

/** `/members`: admins see everybody; others see whom they can turn to. */
export const membersCommand = defineCommand({
  names: ["members", "who"],
  allow: "anyone",
  summary: "help_cmd_members",
  parse: noArgument,
  run: ({ group, standing }) => {
    const { t, control } = group;
    if (standing !== "admin") {
      return { answer: joinLines([t("admin_list_heading"), adminLines(group)]) };
    }
    const everybody = new Set([...control.memberUsers, ...control.adminUsers]);
    const lines = userLines(everybody, group, true);
    const count = t("member_list_count", { count: String(lines.length) });
    const list = joinLines([t("member_list_heading"), ...listLines(lines, group)]);
    return { answer: `${list}\n\n${count}` };
  },
});
