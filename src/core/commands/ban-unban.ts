import { hostOf, isWithin } from "../acct.js";
import type { Acct, Host } from "../model.js";
import type { Found, Group } from "../situation.js";
import { defineCommand, type Outcome, type Words } from "./command.js";
import { targetOf } from "./people.js";
import { failed } from "./phrases.js";

type Banned = { readonly acct: Acct } | { readonly host: Host };

function personOrServer(words: Words): Banned | undefined {
  // First as a person: in `first.last@server` the part with the dot is no server.
  const acct = words.acct();
  if (acct !== undefined) return { acct };
  const host = words.host();
  return host === undefined ? undefined : { host };
}

/** `/ban`: keeps a person or a whole server, with all its subdomains, out. Admins are safe, and so are their servers. */
export const banCommand = defineCommand({
  names: ["ban"],
  allow: "admins",
  summary: "help_cmd_ban",
  parse: personOrServer,
  run: ({ args, group, found }) =>
    "acct" in args ? banUser(args.acct, group, found) : banServer(args.host, group, found),
});

function banUser(acct: Acct, group: Group, found: Found): Outcome {
  const { t, control, self } = group;
  const user = acct;
  if (acct === self.acct) return { refusal: failed(group, "cause_is_group", { user }) };
  if (control.adminUsers.has(acct)) {
    return { refusal: failed(group, "cause_user_is_admin", { user }) };
  }
  if (control.bannedUsers.has(acct)) return { answer: t("cmd_ban_user_fail_already", { user }) };
  return {
    changes: [{ kind: "ban-user", acct }],
    effects: [{ kind: "unfollow", target: targetOf(acct, found) }],
    answer: t("cmd_ban_user_ok", { user }),
  };
}

function banServer(host: Host, group: Group, found: Found): Outcome {
  const { t, control } = group;
  const server = host;
  if ([...control.adminUsers].some((admin) => isWithin(hostOf(admin), host))) {
    return { refusal: failed(group, "cause_server_has_admin", { server }) };
  }
  if (control.bannedServers.has(host)) {
    return { answer: t("cmd_ban_server_fail_already", { server }) };
  }
  const members = [...control.memberUsers].filter((member) => isWithin(hostOf(member), host));
  return {
    changes: [{ kind: "ban-server", host }],
    effects: members.map((member) => ({ kind: "unfollow", target: targetOf(member, found) })),
    answer: t("cmd_ban_server_ok", { server }),
  };
}

/** `/unban`: lifts a ban. Membership does not come back by itself. */
export const unbanCommand = defineCommand({
  names: ["unban"],
  allow: "admins",
  summary: "help_cmd_unban",
  parse: personOrServer,
  run: ({ args, group: { t, control } }) => {
    if ("acct" in args) {
      const user = args.acct;
      if (!control.bannedUsers.has(user)) {
        return { answer: t("cmd_unban_user_fail_already", { user }) };
      }
      return {
        changes: [{ kind: "unban-user", acct: user }],
        answer: t("cmd_unban_user_ok", { user }),
      };
    }
    const server = args.host;
    if (!control.bannedServers.has(server)) {
      return { answer: t("cmd_unban_server_fail_already", { server }) };
    }
    return {
      changes: [{ kind: "unban-server", host: server }],
      answer: t("cmd_unban_server_ok", { server }),
    };
  },
});
