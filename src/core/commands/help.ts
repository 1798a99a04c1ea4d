import { mayWrite, type Standing } from "../group.js";
import { type MessageKey, rendered } from "../messages.js";
import type { Acct } from "../model.js";
import { joinBlocks, joinLines } from "../reply.js";
import type { Group } from "../situation.js";
import { type BoundCommand, defineCommand } from "./command.js";
import { noArgument } from "./people.js";

const memberships: Readonly<Record<Exclude<Standing, "guest">, MessageKey>> = {
  admin: "help_membership_admin",
  member: "help_membership_member",
  // Never asked for: banned people get no answer.
  banned: "help_membership_guest_closed",
};

/** `/help`, made from the list of all commands: what the asker can do here. */
export function createHelpCommand(list: () => readonly BoundCommand[]): BoundCommand {
  return defineCommand({
    names: ["help"],
    allow: "anyone",
    summary: "help_cmd_help",
    parse: noArgument,
    run: ({ status, standing, group }) => ({
      answer: helpText({ acct: status.author.acct, standing }, group, list()),
    }),
  });
}

function helpText(
  asker: { readonly acct: Acct; readonly standing: Standing },
  group: Group,
  list: readonly BoundCommand[],
): string {
  const { t, control } = group;
  const block = (key: MessageKey, allow: BoundCommand["allow"]): string => {
    const entries = list
      .filter((command) => command.allow === allow)
      .map(({ summary }) => t("help_command_entry", { summary: rendered(t(summary)) }));
    return t(key, { commands: rendered(joinLines(entries)) });
  };
  const membership = rendered(t(membershipKey(asker.standing, control.memberOnly)));
  const info = control.memberOnly ? "help_group_info_closed" : "help_group_info_open";
  return joinBlocks([
    t(info, { membership }),
    block("help_basic_commands", "anyone"),
    mayWrite(control, asker.acct) ? block("help_member_commands", "members") : "",
    asker.standing === "admin" ? block("help_admin_commands", "admins") : "",
  ]);
}

function membershipKey(standing: Standing, isMemberOnly: boolean): MessageKey {
  if (standing !== "guest") return memberships[standing];
  return isMemberOnly ? "help_membership_guest_closed" : "help_membership_guest_open";
}
