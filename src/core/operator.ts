import type { ControlChange, GroupControl } from "./group.js";
import type { Acct } from "./model.js";

/** What the operator orders at the machine itself, where no admin is asked. */
export interface AdminOrder {
  readonly action: "add" | "remove";
  readonly acct: Acct;
}

/** What comes of it, in a sentence for the operator. */
export interface OrderAnswer {
  /** What was asked for holds now, or held already. */
  readonly isDone: boolean;
  readonly told: string;
}

/**
 * Makes somebody an admin, and a member as `/op` does, or takes that back. The operator stands above bans:
 * whoever locked themselves out may have been banned. A group keeps its last admin.
 */
export function decideAdmin(
  { action, acct }: AdminOrder,
  { adminUsers, memberUsers, bannedUsers }: GroupControl,
  group: Acct,
): OrderAnswer & { readonly changes: readonly ControlChange[] } {
  const answer = (isDone: boolean, told: string, changes: readonly ControlChange[] = []) => {
    return { isDone, told, changes };
  };
  if (acct === group) return answer(false, `${acct} is the group itself.`);
  const isAdmin = adminUsers.has(acct);
  if (action === "add") {
    if (isAdmin) return answer(true, `${acct} is an admin of ${group} already.`);
    const wasBanned = bannedUsers.has(acct);
    return answer(
      true,
      `${acct} is an admin of ${group} now${wasBanned ? ", and no longer banned" : ""}.`,
      [
        ...(wasBanned ? [{ kind: "unban-user", acct } as const] : []),
        { kind: "add-admin", acct },
        ...(memberUsers.has(acct) ? [] : [{ kind: "add-member", acct } as const]),
      ],
    );
  }
  if (!isAdmin) return answer(true, `${acct} is not an admin of ${group}.`);
  if (adminUsers.size === 1) {
    return answer(false, `${acct} is the last admin of ${group}; add another one first.`);
  }
  return answer(true, `${acct} is no longer an admin of ${group}.`, [
    { kind: "remove-admin", acct },
  ]);
}
