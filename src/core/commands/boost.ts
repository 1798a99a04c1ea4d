import { hostOf } from "../acct.js";
import { isMentioned } from "../addressed.js";
import type { MessageKey } from "../messages.js";
import type { Status } from "../model.js";
import { type BoostDecision, decideBoost } from "../share.js";
import type { Group } from "../situation.js";
import { type BoundCommand, defineCommand } from "./command.js";
import { parseCommands } from "./parse.js";
import { noArgument } from "./people.js";

const explanations: Readonly<
  Record<Exclude<BoostDecision, { readonly share: true }>["because"], MessageKey>
> = {
  "may-not-write": "refusal_members_only",
  "not-found": "cmd_boost_fail_not_found",
  "own-status": "cmd_boost_fail_own_status",
  banned: "cmd_boost_fail_banned",
  "opted-out": "cmd_boost_fail_opted_out",
  nobot: "cmd_boost_fail_nobot",
  "not-public": "cmd_boost_fail_not_public",
  "already-shared": "cmd_boost_fail_already_shared",
};

/**
 * `/boost`: shares the replied-to post. The share itself is the answer; a refusal is explained.
 *
 * @param list every command: what is said to the group is not shared by it
 */
export function createBoostCommand(list: () => readonly BoundCommand[]): BoundCommand {
  return defineCommand({
    names: ["boost", "b"],
    allow: "members",
    summary: "help_cmd_boost",
    parse: noArgument,
    needs: (_, { inReplyTo }) => (inReplyTo === undefined ? {} : { statuses: [inReplyTo] }),
    run: ({ status, group, found }) => {
      if (status.inReplyTo === undefined) return { refusal: group.t("cmd_boost_fail_not_reply") };
      const parent = found.status(status.inReplyTo);
      const decision = decideBoost(parent, status.author.acct, group);
      if (!decision.share) {
        return { refusal: group.t(explanations[decision.because], { command: "boost" }) };
      }
      if (parent !== undefined && holdsCommand(parent, group, list())) {
        return { refusal: group.t("cmd_boost_fail_command") };
      }
      return { effects: [decision.effect] };
    },
  });
}

function holdsCommand(post: Status, { self }: Group, list: readonly BoundCommand[]): boolean {
  if (!isMentioned(post, self)) return false;
  return parseCommands(post.text, list, hostOf(self.acct)).commands.length > 0;
}
