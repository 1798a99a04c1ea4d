import type { MessageKey } from "../messages.js";
import { type BoostDecision, decideBoost } from "../share.js";
import { defineCommand } from "./command.js";
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

/** `/boost`: shares the replied-to post. The share itself is the answer; a refusal is explained. */
export const boostCommand = defineCommand({
  names: ["boost", "b"],
  allow: "members",
  summary: "help_cmd_boost",
  parse: noArgument,
  needs: (_, { inReplyTo }) => (inReplyTo === undefined ? {} : { statuses: [inReplyTo] }),
  run: ({ status, group, found }) => {
    if (status.inReplyTo === undefined) return { refusal: group.t("cmd_boost_fail_not_reply") };
    const decision = decideBoost(found.status(status.inReplyTo), status.author.acct, group);
    if (decision.share) return { effects: [decision.effect] };
    return { refusal: group.t(explanations[decision.because], { command: "boost" }) };
  },
});
