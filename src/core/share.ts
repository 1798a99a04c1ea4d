import { isAddressed } from "./addressed.js";
import type { Effect } from "./effects.js";
import { type GroupControl, mayWrite, standingOf } from "./group.js";
import { hashtagsIn } from "./hashtags.js";
import type { Acct, Status } from "./model.js";
import type { Group } from "./situation.js";

type Reblog = Extract<Effect, { readonly kind: "reblog" }>;

/** How a post came to the group: named in it, or seen in the home timeline. */
export type ShareRoad = "mention" | "home";

/** Whether a post is shared for its own sake; the reasons against it go into the log. */
export type ShareDecision =
  | {
      readonly share: true;
      /** The group was addressed / a member used a group hashtag. */
      readonly because: "mention" | "group-tag";
      readonly effect: Reblog;
    }
  | {
      readonly share: false;
      readonly because: /** It is the group's own post. */
        | "own-status"
        /** It is a boost of something else. */
        | "a-reblog"
        /** The author or their server is banned. */
        | "banned"
        /** The group is named in a reply, which is not enough without a group hashtag. */
        | "a-reply"
        /** The server lists the group as a recipient, but nobody wrote its name. */
        | "not-addressed"
        /** Nothing in a post of the home timeline concerns the group. */
        | "no-group-tag"
        /** The road needs a member: a group hashtag, or any post to a member-only group. */
        | "not-a-member"
        /** It is for followers only, or direct. */
        | "not-public"
        /** It was shared before, by whatever road. */
        | "already-shared";
    };

/** May this post, which holds no command, be shared because of what it says itself? */
export function decideShare(status: Status, group: Group, road: ShareRoad): ShareDecision {
  const { self, control } = group;
  const author = status.author.acct;
  const standing = standingOf(control, author);
  if (author === self.acct) return { share: false, because: "own-status" };
  if (status.isReblog) return { share: false, because: "a-reblog" };
  if (standing === "banned") return { share: false, because: "banned" };

  const isPost = road === "mention" && status.inReplyTo === undefined;
  const isMentioned = isPost && isAddressed(status, self);
  const isTagged = hasGroupTag(status, control);
  if (!isMentioned && !isTagged) {
    if (road === "home") return { share: false, because: "no-group-tag" };
    return { share: false, because: isPost ? "not-addressed" : "a-reply" };
  }
  const isAllowed = isMentioned ? mayWrite(control, author) : standing !== "guest";
  if (!isAllowed) return { share: false, because: "not-a-member" };
  if (!isOpen(status)) return { share: false, because: "not-public" };
  if (isShared(status, group)) return { share: false, because: "already-shared" };
  return {
    share: true,
    because: isMentioned ? "mention" : "group-tag",
    effect: reblogOf(status, author),
  };
}

/** Whether `/boost` shares a post; the reasons against it are told to the asker. */
export type BoostDecision =
  | { readonly share: true; readonly effect: Reblog }
  | {
      readonly share: false;
      readonly because: /** The asker may not post here. */
        | "may-not-write"
        /** The post is gone, or hidden from the group. */
        | "not-found"
        | "own-status"
        | "banned"
        /** A guest who used /optout. Membership takes it out of force. */
        | "opted-out"
        /** `#nobot` in the profile of somebody who is not a member. */
        | "nobot"
        | "not-public"
        | "already-shared";
    };

/** May the post that somebody replied to with `/boost` be shared? */
export function decideBoost(parent: Status | undefined, asker: Acct, group: Group): BoostDecision {
  const { self, control } = group;
  if (!mayWrite(control, asker)) return { share: false, because: "may-not-write" };
  if (parent === undefined) return { share: false, because: "not-found" };
  const author = parent.author.acct;
  if (author === self.acct) return { share: false, because: "own-status" };
  const standing = standingOf(control, author);
  if (standing === "banned") return { share: false, because: "banned" };
  if (standing === "guest") {
    if (control.optoutUsers.has(author)) return { share: false, because: "opted-out" };
    if (hashtagsIn(parent.author.profileText).has("nobot")) {
      return { share: false, because: "nobot" };
    }
  }
  // The gateway unwraps boosts. One that still comes through would be shared in its booster's name.
  if (!isOpen(parent) || parent.isReblog) return { share: false, because: "not-public" };
  if (isShared(parent, group)) return { share: false, because: "already-shared" };
  return { share: true, effect: reblogOf(parent, asker) };
}

/** True while a share of this post stands, made by this program or known to the server. */
export function isShared(status: Status, group: Group): boolean {
  return status.rebloggedByUs || group.memory.shareOf(status.uri) !== undefined;
}

function isOpen(status: Status): boolean {
  return status.visibility === "public" || status.visibility === "unlisted";
}

function hasGroupTag(status: Status, control: GroupControl): boolean {
  const listed = new Set(status.tags);
  const typed = hashtagsIn(status.text);
  return [...control.groupTags].some((tag) => {
    if (listed.has(tag)) return true;
    // Some servers list no hashtags for remote posts, and Mastodon lists #café as "cafe"; then the
    // text has to do.
    return typed.has(tag) && (listed.size === 0 || listed.has(withoutAccents(tag)));
  });
}

function withoutAccents(tag: string): string {
  return tag.normalize("NFD").replace(/\p{M}/gu, "");
}

function reblogOf(status: Status, sharedBy: Acct): Reblog {
  const { id, uri, visibility } = status;
  return { kind: "reblog", status: id, uri, visibility, sharedBy };
}
