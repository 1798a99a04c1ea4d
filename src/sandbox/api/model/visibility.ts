import type { Account, Status } from "./model.js";

/** Is it addressed to this account, by name or silently? */
export function isAddressed(status: Status, account: Account): boolean {
  return status.mentions.includes(account) || status.alsoTo.includes(account);
}

/** May this viewer see the status? `undefined` is somebody who is not signed in. */
export function canSee(status: Status, viewer: Account | undefined): boolean {
  if (status.isDeleted) return false;
  if (status.reblogOf !== undefined && !canSee(status.reblogOf, viewer)) return false;
  const { author } = status;
  if (viewer === author) return true;
  switch (status.visibility) {
    case "public":
    case "unlisted":
      return viewer === undefined || !author.blocking.has(viewer);
    case "private":
      return viewer !== undefined && (author.followers.has(viewer) || isAddressed(status, viewer));
    case "direct":
      return viewer !== undefined && isAddressed(status, viewer);
  }
}

/** May this viewer, who sees the status, boost it? */
export function canReblog(status: Status, viewer: Account): boolean {
  if (viewer.blocking.has(status.author)) return false;
  if (status.visibility === "direct") return false;
  return status.visibility !== "private" || status.author === viewer;
}

/** Public and unlisted statuses travel to whoever asks for them. */
export function isDistributable(status: Status): boolean {
  return status.visibility === "public" || status.visibility === "unlisted";
}
