import type {
  Account,
  Follow,
  LocalState,
  Notification,
  NotificationRequest,
  NotificationType,
  Status,
} from "../model/model.js";
import { accountId, learnStatus, stateOf } from "../model/world.js";
import { verdictOf } from "./policy.js";

/** What there is to tell somebody. */
export interface Tidings {
  readonly type: NotificationType;
  readonly from: Account;
  readonly status?: Status;
  /** The row that causes it; when that goes, the notification goes. */
  readonly cause: Status | Follow;
}

/** Notifies a user, unless a block, a mute or their policy stands against it. */
export function notify(recipient: Account, tidings: Tidings): void {
  const state = stateOf(recipient);
  const { host } = recipient;
  const { type, from, status, cause } = tidings;
  const verdict = verdictOf(recipient, tidings);
  if (verdict === "drop") return;
  const isSame = (other: Notification) =>
    other.type === type && other.from === from && other.cause === cause;
  if (type === "update") {
    // A later edit replaces the notification of an earlier one.
    state.notifications = state.notifications.filter((other) => !isSame(other));
  } else if (state.notifications.some(isSame)) {
    return;
  }
  accountId(host, from);
  if (status !== undefined) learnStatus(host, status);
  const createdMs = host.world.now();
  const notification: Notification = {
    id: host.ids.nextNotificationId(type, createdMs),
    type,
    createdMs,
    from,
    status,
    cause,
    isFiltered: verdict === "filter",
  };
  state.notifications.unshift(notification);
  if (!notification.isFiltered) publishNotification(state, notification);
  else if (type === "mention" && status !== undefined) noteRequest(state, from, status);
}

/** Takes back every notification on every host that a vanished row caused. */
export function retract(recipients: Iterable<Account>, isGone: (n: Notification) => boolean): void {
  for (const recipient of recipients) {
    const state = stateOf(recipient);
    state.notifications = state.notifications.filter((notification) => !isGone(notification));
    reviewRequests(state);
  }
}

/** Everybody who could have a notification. */
export function* allLocalAccounts(anyone: Account): Iterable<Account> {
  for (const host of anyone.host.world.hosts.values()) {
    for (const { account } of host.users.values()) yield account;
  }
}

/** Lets strangers in: what was held back appears, and later tidings come through. */
export function acceptRequests(state: LocalState, requests: readonly NotificationRequest[]): void {
  for (const { from } of requests) state.permitted.add(from);
  state.requests = state.requests.filter((request) => !requests.includes(request));
  for (const notification of state.notifications) {
    if (state.permitted.has(notification.from)) notification.isFiltered = false;
  }
  if (requests.length === 0) return;
  state.account.host.publish(state.account, { event: "notifications_merged", payload: "1" });
}

/** Throws away what strangers sent. */
export function dismissRequests(state: LocalState, requests: readonly NotificationRequest[]): void {
  const senders = new Set(requests.map(({ from }) => from));
  state.requests = state.requests.filter((request) => !requests.includes(request));
  state.notifications = state.notifications.filter(
    ({ from, isFiltered }) => !(isFiltered && senders.has(from)),
  );
}

/** A request lives as long as it has something to show. */
function reviewRequests(state: LocalState): void {
  state.requests = state.requests.filter((request) => {
    const newest = state.notifications.find(
      ({ from, isFiltered, type }) => isFiltered && type === "mention" && from === request.from,
    );
    if (newest?.status === undefined) return false;
    request.lastStatus = newest.status;
    return true;
  });
}

function noteRequest(state: LocalState, from: Account, status: Status): void {
  const { host } = state.account;
  const known = state.requests.find((request) => request.from === from);
  if (known === undefined) {
    const createdMs = host.world.now();
    const id = host.ids.reserve(createdMs);
    state.requests.unshift({ id, from, createdMs, updatedMs: createdMs, lastStatus: status });
  } else {
    known.updatedMs = host.world.now();
    known.lastStatus = status;
  }
}

function publishNotification(state: LocalState, notification: Notification): void {
  const { host } = state.account;
  host.publish(state.account, {
    event: "notification",
    payload: host.behaviour.entities.notification({ host, viewer: state.account }, notification),
  });
}
