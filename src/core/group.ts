import { hostOf, isWithin } from "./acct.js";
import type { Acct, Host } from "./model.js";

/** What slash commands change; `control.json5` on disk. Sets keep no order. */
export interface GroupControl {
  /** Lower-cased, NFKC, without `#`. */
  readonly groupTags: ReadonlySet<string>;
  readonly adminUsers: ReadonlySet<Acct>;
  readonly memberOnly: boolean;
  readonly memberUsers: ReadonlySet<Acct>;
  readonly bannedUsers: ReadonlySet<Acct>;
  readonly bannedServers: ReadonlySet<Host>;
  readonly optoutUsers: ReadonlySet<Acct>;
}

export const emptyControl: GroupControl = {
  groupTags: new Set(),
  adminUsers: new Set(),
  memberOnly: false,
  memberUsers: new Set(),
  bannedUsers: new Set(),
  bannedServers: new Set(),
  optoutUsers: new Set(),
};

/**
 * One change of the control, as plain data. Each is idempotent: applying it twice is applying it
 * once, so a change that was journalled before a crash can simply be applied again.
 */
export type ControlChange =
  | { readonly kind: "add-member" | "remove-member"; readonly acct: Acct }
  | { readonly kind: "add-admin" | "remove-admin"; readonly acct: Acct }
  | { readonly kind: "ban-user" | "unban-user"; readonly acct: Acct }
  | { readonly kind: "ban-server" | "unban-server"; readonly host: Host }
  | { readonly kind: "add-tag" | "remove-tag"; readonly tag: string }
  | { readonly kind: "opt-out" | "opt-in"; readonly acct: Acct }
  | { readonly kind: "member-only"; readonly memberOnly: boolean };

function withItem<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  return set.has(item) ? set : new Set([...set, item]);
}

function without<T>(set: ReadonlySet<T>, gone: (item: T) => boolean): ReadonlySet<T> {
  const rest = [...set].filter((item) => !gone(item));
  return rest.length === set.size ? set : new Set(rest);
}

/** The control after one change; sets that the change does not touch stay the same object. */
export function applyChange(control: GroupControl, change: ControlChange): GroupControl {
  switch (change.kind) {
    case "add-member":
      return { ...control, memberUsers: withItem(control.memberUsers, change.acct) };
    case "remove-member":
      return { ...control, memberUsers: without(control.memberUsers, (m) => m === change.acct) };
    case "add-admin":
      return { ...control, adminUsers: withItem(control.adminUsers, change.acct) };
    case "remove-admin":
      return { ...control, adminUsers: without(control.adminUsers, (a) => a === change.acct) };
    case "ban-user":
      return {
        ...control,
        bannedUsers: withItem(control.bannedUsers, change.acct),
        memberUsers: without(control.memberUsers, (m) => m === change.acct),
      };
    case "unban-user":
      return { ...control, bannedUsers: without(control.bannedUsers, (b) => b === change.acct) };
    case "ban-server":
      return {
        ...control,
        bannedServers: withItem(control.bannedServers, change.host),
        memberUsers: without(control.memberUsers, (m) => isWithin(hostOf(m), change.host)),
      };
    case "unban-server":
      return {
        ...control,
        bannedServers: without(control.bannedServers, (host) => host === change.host),
      };
    case "add-tag":
      return { ...control, groupTags: withItem(control.groupTags, change.tag) };
    case "remove-tag":
      return { ...control, groupTags: without(control.groupTags, (tag) => tag === change.tag) };
    case "opt-out":
      return { ...control, optoutUsers: withItem(control.optoutUsers, change.acct) };
    case "opt-in":
      return { ...control, optoutUsers: without(control.optoutUsers, (o) => o === change.acct) };
    case "member-only":
      return { ...control, memberOnly: change.memberOnly };
  }
}

/** What somebody is to the group. `banned` wins over all but admin: admins cannot be banned. */
export type Standing = "admin" | "member" | "guest" | "banned";

export function standingOf(control: GroupControl, acct: Acct): Standing {
  if (control.adminUsers.has(acct)) return "admin";
  if (control.bannedUsers.has(acct) || isServerBanned(control, hostOf(acct))) return "banned";
  return control.memberUsers.has(acct) ? "member" : "guest";
}

/** Is it banned, or a server that it is a part of? Whoever owns a domain has names in it without end. */
function isServerBanned({ bannedServers }: GroupControl, host: Host): boolean {
  if (bannedServers.has(host)) return true;
  for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
    if (bannedServers.has(host.slice(dot + 1) as Host)) return true;
  }
  return false;
}

/** May this person post into the group? */
export function mayWrite(control: GroupControl, acct: Acct): boolean {
  const standing = standingOf(control, acct);
  return (
    standing === "admin" || standing === "member" || (standing === "guest" && !control.memberOnly)
  );
}
