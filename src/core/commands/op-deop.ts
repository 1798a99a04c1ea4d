import type { ControlChange } from "../group.js";
import { welcoming, whyNotWelcome } from "./add-remove.js";
import { defineCommand } from "./command.js";
import { onePerson } from "./people.js";
import { failed } from "./phrases.js";

/** `/op`: makes somebody an admin, and a member too. */
export const opCommand = defineCommand({
  names: ["op", "admin"],
  allow: "admins",
  summary: "help_cmd_op",
  parse: onePerson,
  needs: (acct) => ({ accounts: [acct] }),
  run: ({ args: user, group, found }) => {
    const { t, control } = group;
    if (control.adminUsers.has(user)) return { answer: t("cmd_admin_fail_already", { user }) };
    const refusal = whyNotWelcome(user, group, found);
    if (refusal !== undefined) return { refusal };
    const membership: readonly ControlChange[] = control.memberUsers.has(user)
      ? []
      : [{ kind: "add-member", acct: user }];
    return {
      changes: [{ kind: "add-admin", acct: user }, ...membership],
      effects: welcoming(user, found),
      answer: t("cmd_admin_ok", { user }),
    };
  },
});

/** `/deop`: takes admin rights away; membership stays. A group keeps its last admin. */
export const deopCommand = defineCommand({
  names: ["deop", "deadmin"],
  allow: "admins",
  summary: "help_cmd_deop",
  parse: onePerson,
  run: ({ args: user, group }) => {
    const { t, control } = group;
    if (!control.adminUsers.has(user)) return { answer: t("cmd_unadmin_fail_already", { user }) };
    if (control.adminUsers.size === 1) {
      return { refusal: failed(group, "cause_last_admin", { user }) };
    }
    return {
      changes: [{ kind: "remove-admin", acct: user }],
      answer: t("cmd_unadmin_ok", { user }),
    };
  },
});
