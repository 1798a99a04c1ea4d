import { isMentioned } from "./addressed.js";
import { adminLines } from "./commands/phrases.js";
import type { Decision } from "./effects.js";
import { mayWrite, standingOf } from "./group.js";
import { rendered } from "./messages.js";
import type { Account, Acct, GroupEvent, Status } from "./model.js";
import { welcomeDraft } from "./reply.js";
import { isToBeIgnored, needsOf, readRequest, runCommands } from "./run-commands.js";
import { decideShare, type ShareRoad } from "./share.js";
import type { Found, Group, Needs } from "./situation.js";

type HomeEvent = Extract<GroupEvent, { readonly kind: "home" }>;

const welcomePauseMs = 7 * 24 * 60 * 60 * 1000;

/** What must be looked up before {@link decide}: nothing for a plain share. */
export function needs(event: GroupEvent, group: Group): Needs {
  if (event.kind !== "mention" && event.kind !== "home") return {};
  const { status } = event;
  if (whyIgnored(status.author.acct, group) !== undefined) return {};
  if (!isForUs(event, group)) return {};
  const request = readRequest(status, group);
  return request.kind === "run" ? needsOf(request.commands, status, group) : {};
}

/** The answer to an event: pure, synchronous, never throws whatever strangers wrote. */
export function decide(event: GroupEvent, found: Found, group: Group): Decision {
  const ignored = whyIgnored(actorOf(event), group);
  if (ignored !== undefined) return nothing(ignored);
  switch (event.kind) {
    case "follow":
      return decideFollow(event.account, event.id, group);
    case "follow-request":
      return decideFollowRequest(event.account, group);
    case "mention":
    case "home":
      if (isForUs(event, group)) return decideMention(event.status, found, group);
      // Its notification is what counts.
      return isMentioned(event.status, group.self)
        ? nothing("a-reblog")
        : decideHome(event.status, group);
    case "other":
      return nothing("other-notification");
  }
}

function nothing(because: string): Decision {
  return { changes: [], effects: [], because };
}

function actorOf(event: GroupEvent): Acct | undefined {
  if ("status" in event) return event.status.author.acct;
  return "account" in event ? event.account.acct : undefined;
}

function whyIgnored(actor: Acct | undefined, { self, control }: Group): string | undefined {
  if (actor === undefined) return undefined;
  if (actor === self.acct) return "own";
  return standingOf(control, actor) === "banned" ? "banned" : undefined;
}

/** Some servers show a mention in the home timeline only; it counts as much as a notification. */
function isForUs(
  event: Extract<GroupEvent, { readonly status: Status }>,
  { self }: Group,
): boolean {
  return event.kind === "mention" ? !event.status.isReblog : isHomeMention(event, self);
}

/**
 * Does a post of the home timeline speak to the group? Not when somebody boosted it: whoever can
 * boost could have an admin's order of long ago run again.
 */
export function isHomeMention(event: HomeEvent, self: Account): boolean {
  if (event.status.isReblog || event.isBoosted === true) return false;
  return isMentioned(event.status, self);
}

function decideMention(status: Status, found: Found, group: Group): Decision {
  const request = readRequest(status, group);
  switch (request.kind) {
    case "ignore":
      return nothing("ignore-command");
    case "run":
      return runCommands(request, status, found, group);
    case "nothing":
      return share(status, group, "mention");
  }
}

/** Commands of a post that does not mention the group are not for it, but `/ignore` costs nothing. */
function decideHome(status: Status, group: Group): Decision {
  if (isToBeIgnored(status, group)) return nothing("ignore-command");
  return share(status, group, "home");
}

function share(status: Status, group: Group, road: ShareRoad): Decision {
  const decision = decideShare(status, group, road);
  if (!decision.share) return nothing(decision.because);
  return { changes: [], effects: [decision.effect], because: decision.because };
}

function decideFollow(account: Account, cause: string, group: Group): Decision {
  const { control, t } = group;
  const { acct, id } = account;
  const isMember = control.memberUsers.has(acct);
  const isLetIn = mayWrite(control, acct);
  const isAdmission = isLetIn && !isMember;
  const text = isLetIn
    ? t("welcome_public")
    : t("welcome_member_only", { admins: rendered(adminLines(group)) });
  // Following again and again may not make the group write again and again.
  const isGreeted = isAdmission || !wasWelcomedLately(acct, group);
  const draft = isGreeted ? welcomeDraft(account, text, cause, group) : undefined;
  return {
    changes: isAdmission ? [{ kind: "add-member", acct }] : [],
    effects: [
      // Nor follow again: servers count follows, and a stranger could use a day's worth up.
      ...(isLetIn && isGreeted ? [{ kind: "follow" as const, target: { acct, id } }] : []),
      ...(draft === undefined ? [] : [{ kind: "post" as const, draft }]),
    ],
    because: isAdmission ? "new-member" : isMember ? "known-member" : "member-only",
    details: { isGreeted },
  };
}

function wasWelcomedLately(acct: Acct, { memory, now }: Group): boolean {
  const last = memory.lastWelcomeOf(acct);
  return last !== undefined && Math.abs(now - last) < welcomePauseMs;
}

function decideFollowRequest({ acct, id }: Account, { control }: Group): Decision {
  if (!mayWrite(control, acct)) return nothing("waits-for-admin");
  // The follow that comes of it is a notification of its own, and makes the member.
  return {
    changes: [],
    effects: [{ kind: "accept-follow", target: { acct, id } }],
    because: "follow-request-accepted",
  };
}
