import {
  type Account,
  type Host,
  type PolicyAction,
  type PolicyKey,
  policyKeys,
  type Status,
} from "../model/model.js";
import { rootOf } from "../model/thread.js";
import { stateOf } from "../model/world.js";
import type { Tidings } from "./notifications.js";

const newFollowerMs = 3 * 86_400_000;
const newAccountMs = 30 * 86_400_000;
const unfiltered: ReadonlySet<string> = new Set(["update", "status"]);

/** What becomes of a notification: shown, held back, or never made. */
export function verdictOf(recipient: Account, tidings: Tidings): PolicyAction {
  const { from, type, status } = tidings;
  if (isUnwanted(recipient, tidings)) return "drop";
  const state = stateOf(recipient);
  if (!hasPolicy(recipient.host)) return "accept";
  if (unfiltered.has(type) || state.permitted.has(from)) return "accept";
  const mention = type === "mention" ? status : undefined;
  const actions = policyKeys
    .filter((key) => conditions[key](recipient, from, mention))
    .map((key) => state.policy[key]);
  if (actions.includes("drop")) return "drop";
  return actions.includes("filter") ? "filter" : "accept";
}

/** Does this host hold notifications back by a policy of each user's? */
export function hasPolicy({ behaviour, options }: Host): boolean {
  return behaviour.notificationPolicy !== undefined && options.hasNotificationPolicy !== false;
}

function isUnwanted(recipient: Account, tidings: Tidings): boolean {
  const { from, status } = tidings;
  if (from === recipient || recipient.blocking.has(from)) return true;
  if (recipient.muting.get(from) === true) return true;
  if (status !== undefined && stateOf(recipient).mutedThreads.has(rootOf(status))) return true;
  return recipient.host.behaviour.ignores(recipient, tidings);
}

/** Mastodon drops a mention when the post also concerns somebody the recipient blocked. */
export function namesSomebodyBlocked(
  recipient: Account,
  { type, status }: Pick<Tidings, "type" | "status">,
): boolean {
  if (type !== "mention" || status === undefined) return false;
  const concerned = [...status.mentions];
  if (status.inReplyTo !== undefined) concerned.push(status.inReplyTo.author);
  return concerned.some(
    (other) => recipient.blocking.has(other) || recipient.muting.get(other) === true,
  );
}

type Condition = (recipient: Account, from: Account, mention: Status | undefined) => boolean;

const conditions: Record<PolicyKey, Condition> = {
  for_not_following: (recipient, from) => !recipient.following.has(from),
  for_not_followers: (recipient, from) => {
    const follow = recipient.followers.get(from);
    return follow === undefined || follow.createdMs > nowOf(recipient) - newFollowerMs;
  },
  for_new_accounts: (recipient, from) =>
    !recipient.following.has(from) && from.createdMs > nowOf(recipient) - newAccountMs,
  for_private_mentions: (recipient, from, mention) =>
    mention?.visibility === "direct" &&
    !recipient.following.has(from) &&
    !answersUs(recipient, from, mention),
  // No account of a sandbox is limited by moderators.
  for_limited_accounts: () => false,
  for_bots: (recipient, from) => from.isBot && !recipient.following.has(from),
};

/** Is it part of a private talk in which the recipient wrote to the sender? */
function answersUs(recipient: Account, from: Account, mention: Status): boolean {
  for (let above = mention.inReplyTo; above !== undefined; above = above.inReplyTo) {
    if (above.author === recipient) {
      return above.visibility === "direct" && above.mentions.includes(from);
    }
  }
  return false;
}

function nowOf(account: Account): number {
  return account.host.world.now();
}
