import type { Status, WorldState } from "../model/model.js";
import { allLocalAccounts, retract } from "./notifications.js";

/** How far beyond what may be kept a world may grow before it is cleared up. */
const slack = 0.1;

/**
 * Forgets the oldest statuses of a world that may keep only so many, as a server that clears its
 * database up: nobody is told, and whoever asks for them finds nothing.
 */
export function forgetOldest(world: WorldState): void {
  const { statusByUri, keeps } = world;
  if (statusByUri.size <= keeps * (1 + slack)) return;
  const gone = new Set<Status>();
  for (const status of statusByUri.values()) {
    if (statusByUri.size - gone.size <= keeps) break;
    gone.add(status);
    for (const reblog of status.reblogs.values()) gone.add(reblog);
  }
  for (const status of gone) unlink(status);
  for (const host of world.hosts.values()) {
    for (const status of gone) host.ids.forget(status);
    for (const state of host.users.values()) {
      state.home = state.home.filter((status) => !gone.has(status));
    }
  }
  for (const { author } of gone) {
    // One of them is enough to reach everybody.
    retract(
      allLocalAccounts(author),
      ({ status, cause }) =>
        (status !== undefined && gone.has(status)) ||
        (cause !== undefined && "reblogs" in cause && gone.has(cause)),
    );
    break;
  }
}

function unlink(status: Status): void {
  const { author, reblogOf, inReplyTo } = status;
  status.isDeleted = true;
  author.host.world.statusByUri.delete(status.uri);
  removeFrom(author.statuses, status);
  removeFrom(author.pins, status);
  if (reblogOf?.reblogs.get(author) === status) reblogOf.reblogs.delete(author);
  inReplyTo?.replies.delete(status);
  for (const reply of status.replies) reply.inReplyTo = undefined;
  for (const media of status.media) author.host.media.delete(media.path);
}

/** Takes an item out of a list, if it is there. */
export function removeFrom<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
