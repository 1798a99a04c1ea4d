import type { Effect } from "../core/effects.js";
import type { ShareDecision } from "../core/share.js";
import type { Condition, Line, Wait } from "./snapshot.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something takes or took, roughly: `0.4 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const whole = (unit: number) => Math.floor(ms / unit);
  const rest = (unit: number, part: number) => Math.floor((ms % unit) / part);
  if (ms < 10 * second) return `${(Math.max(ms, 0) / second).toFixed(1)} s`;
  if (ms < 2 * minute) return `${whole(second)} s`;
  if (ms < 2 * hour) return `${whole(minute)} min`;
  if (ms < 2 * day) return `${whole(hour)} h ${rest(hour, minute)} min`;
  return `${whole(day)} d ${rest(day, hour)} h`;
}

/** The reasons of `decide`; one that is missing here is told as it is. */
const otherReasons: Readonly<Record<string, string>> = {
  own: "the group's own doing",
  "ignore-command": "it says /ignore",
  "new-member": "a new member",
  "known-member": "a member already",
  "member-only": "the group is for members only",
  "waits-for-admin": "an admin has to let them in",
  "follow-request-accepted": "let in",
  "too-many-answers": "they were answered often enough for now",
  "other-notification": "nothing the group acts on",
};

const shareReasons: Readonly<Record<ShareDecision["because"], string>> = {
  mention: "the group was named in it",
  "group-tag": "a member used a group hashtag",
  "own-status": "the group's own post",
  "a-reblog": "it is a boost",
  banned: "its author is banned",
  "a-reply": "a reply without a group hashtag",
  "not-addressed": "nobody wrote the group's name",
  "no-group-tag": "no group hashtag",
  "not-a-member": "its author is not a member",
  "not-public": "it is not public",
  "already-shared": "it was shared before",
};

/** How a group is, in a few words. */
export function stateText(group: Condition, now: number): string {
  const { phase, connection, stoppedBecause, isStuck, waits } = group;
  if (isStuck) return "STUCK: its loop does not turn; restart the service and report it";
  if (phase === "stopped") return `STOPPED: ${stoppedBecause ?? "it was told to stop"}`;
  if (phase === "starting") return waits.length > 0 ? "waiting for its server" : "starting";
  const since =
    connection.since === undefined ? "" : ` for ${durationText(now - connection.since)}`;
  if (connection.how === "stream") return `connected${since}, by stream`;
  return connection.how === "polling" ? `connected${since}, by polling` : "not connected";
}

const reasons: Readonly<Record<string, string>> = { ...otherReasons, ...shareReasons };

const doings: Readonly<Record<Effect["kind"], string>> = {
  reblog: "shared",
  unreblog: "took a share back",
  delete: "deleted a post",
  post: "posted",
  follow: "followed",
  unfollow: "unfollowed",
  "accept-follow": "accepted a follower",
};

const events: Readonly<Record<Line["event"], string>> = {
  mention: "mention",
  home: "post",
  follow: "follow",
  "follow-request": "follow request",
  other: "notification",
};

/** What came: `mention by ann@far.example`, `private mention`. */
export function eventText({ event, author }: Line): string {
  const what = events[event];
  return author === undefined ? `private ${what}` : `${what} by ${author}`;
}

/** What the group did about it, and why: `Not shared: a reply without a group hashtag.` */
export function lineText({ ended, because, effects, event }: Line): string {
  if (ended === "gave-up") return `Given up: ${because}`;
  const did = [...new Set(effects.map(effectText))].join(", ");
  if (because.startsWith("commands: ")) {
    const orders = because.replace("commands: ", "").replace(/[^\s,]+/gu, "/$&");
    return `Ran ${orders}${did === "" ? "" : `: ${did}`}.`;
  }
  const isPost = event === "mention" || event === "home";
  const outcome = did === "" ? (isPost ? "not shared" : "nothing to do") : did;
  return `${outcome.charAt(0).toUpperCase()}${outcome.slice(1)}: ${reasons[because] ?? because}.`;
}

function effectText({ kind, outcome }: Line["effects"][number]): string {
  if (outcome === "refused") return `not ${doings[kind]}, as the server refused`;
  return outcome === "put-off" ? `put off for want of room (${doings[kind]})` : doings[kind];
}

const waitings: Readonly<Record<Wait["for"], string>> = {
  start: "to start",
  event: "to handle an event",
  stream: "to open the stream",
  "catch-up": "to look for what was missed",
  upkeep: "the daily upkeep",
  "put-off": "what was put off",
  restart: "to start again after a bug",
  server: "whether the server answers",
  files: "to write the files of the group",
};

/** What is tried again, when and why. */
export function waitText({ for: what, because, at }: Wait, now: number): string {
  const when = at > now ? `in ${durationText(at - now)}` : "now";
  return `Tries ${waitings[what]} again ${when}: ${because}`;
}
