import type { Effect } from "../effects.js";
import { rendered } from "../messages.js";
import type { Acct } from "../model.js";
import type { Found, Group } from "../situation.js";
import { defineCommand, type Outcome, type Words } from "./command.js";
import { isBanned, targetOf } from "./people.js";
import { failed } from "./phrases.js";

type Added = { readonly acct: Acct } | { readonly tag: string };

function personOrTag(words: Words): Added | undefined {
  const acct = words.acct();
  if (acct !== undefined) return { acct };
  const tag = words.tag();
  return tag === undefined ? undefined : { tag };
}

/** `/add`: a member (followed, so that their posts arrive) or a group hashtag. */
export const addCommand = defineCommand({
  names: ["add", "follow"],
  allow: "admins",
  summary: "help_cmd_add",
  parse: personOrTag,
  needs: (args) => ("acct" in args ? { accounts: [args.acct] } : {}),
  run: ({ args, group, found }) =>
    "acct" in args ? addUser(args.acct, group, found) : addTag(args.tag, group),
});

function addUser(user: Acct, group: Group, found: Found): Outcome {
  const { t, control } = group;
  const refusal = whyNotWelcome(user, group, found);
  if (refusal !== undefined) return { refusal };
  const effects = welcoming(user, found);
  if (control.memberUsers.has(user)) return { effects, answer: t("cmd_add_user_again", { user }) };
  return {
    changes: [{ kind: "add-member", acct: user }],
    effects,
    answer: t("cmd_add_user_ok", { user }),
  };
}

/** Why somebody cannot become a member or an admin; `undefined` when they can. */
export function whyNotWelcome(user: Acct, group: Group, found: Found): string | undefined {
  if (user === group.self.acct) return failed(group, "cause_is_group", { user });
  if (isBanned(group.control, user)) return failed(group, "cause_user_is_banned", { user });
  if (found.account(user) === undefined) return failed(group, "cause_user_not_found", { user });
  return undefined;
}

/** Follows somebody, and lets them in if they wait at a locked group's door. */
export function welcoming(user: Acct, found: Found): readonly Effect[] {
  const target = targetOf(user, found);
  return [
    { kind: "follow", target },
    { kind: "accept-follow", target },
  ];
}

function addTag(tag: string, { t, control }: Group): Outcome {
  if (control.groupTags.has(tag)) {
    return { answer: t("cmd_add_tag_fail_already", { tag: rendered(tag) }) };
  }
  return {
    changes: [{ kind: "add-tag", tag }],
    answer: t("cmd_add_tag_ok", { tag: rendered(tag) }),
  };
}

/** `/remove`: takes a member or a group hashtag out. */
export const removeCommand = defineCommand({
  names: ["remove", "unfollow", "kick"],
  allow: "admins",
  summary: "help_cmd_remove",
  parse: personOrTag,
  run: ({ args, group, found }) =>
    "acct" in args ? removeUser(args.acct, group, found) : removeTag(args.tag, group),
});

function removeUser(user: Acct, { t, control }: Group, found: Found): Outcome {
  if (!control.memberUsers.has(user)) {
    return { answer: t("cmd_remove_user_fail_already", { user }) };
  }
  return {
    changes: [{ kind: "remove-member", acct: user }],
    effects: [{ kind: "unfollow", target: targetOf(user, found) }],
    answer: t("cmd_remove_user_ok", { user }),
  };
}

function removeTag(tag: string, { t, control }: Group): Outcome {
  if (!control.groupTags.has(tag)) {
    return { answer: t("cmd_remove_tag_fail_already", { tag: rendered(tag) }) };
  }
  return {
    changes: [{ kind: "remove-tag", tag }],
    answer: t("cmd_remove_tag_ok", { tag: rendered(tag) }),
  };
}
