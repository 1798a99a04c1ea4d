import type {
  Account,
  Follow,
  Media,
  Notification,
  NotificationRequest,
  Status,
} from "../model/model.js";
import { accountId } from "../model/world.js";
import { serializeAccount, serializeOwnAccount } from "./account.js";
import { serializeMedia, serializeMention, serializeStatus } from "./status.js";
import { isoTime, type Json, type View } from "./view.js";

/** How each thing looks on the wire; nested things go through `view.host.behaviour.entities`. */
export interface Entities {
  readonly account: (view: View, account: Account) => Json;
  /** The account as its owner sees it, with `source`. */
  readonly ownAccount: (view: View, account: Account) => Json;
  readonly relationship: (view: View, target: Account) => Json;
  readonly status: (view: View, status: Status) => Json;
  readonly media: (view: View, media: Media) => Json;
  readonly mention: (view: View, account: Account) => Json;
  readonly notification: (view: View, notification: Notification) => Json;
  readonly notificationRequest: (view: View, request: NotificationRequest) => Json;
}

/** Mastodon's entities. */
export const mastodonEntities: Entities = {
  account: serializeAccount,
  ownAccount: serializeOwnAccount,
  relationship: serializeRelationship,
  status: serializeStatus,
  media: serializeMedia,
  mention: serializeMention,
  notification: serializeNotification,
  notificationRequest: serializeRequest,
};

function serializeRelationship(view: View, target: Account): Json {
  const { viewer, host } = view;
  const follow: Follow | undefined = viewer?.following.get(target);
  const request = viewer === undefined ? undefined : target.requests.get(viewer);
  const either = follow ?? request;
  return {
    id: accountId(host, target),
    following: follow !== undefined,
    showing_reblogs: either?.showsReblogs ?? false,
    notifying: either?.notifies ?? false,
    languages: null,
    followed_by: viewer?.followers.has(target) ?? false,
    blocking: viewer?.blocking.has(target) ?? false,
    blocked_by: viewer !== undefined && target.blocking.has(viewer),
    muting: viewer?.muting.has(target) ?? false,
    muting_notifications: viewer?.muting.get(target) ?? false,
    muting_expires_at: null,
    requested: request !== undefined,
    requested_by: viewer?.requests.has(target) ?? false,
    domain_blocking: false,
    endorsed: false,
    note: "",
  };
}

function serializeNotification(view: View, notification: Notification): Json {
  const { entities } = view.host.behaviour;
  const { status } = notification;
  return {
    id: notification.id,
    type: notification.type,
    created_at: isoTime(notification.createdMs),
    group_key: `ungrouped-${notification.id}`,
    ...(notification.isFiltered ? { filtered: true } : {}),
    account: entities.account(view, notification.from),
    ...(status === undefined ? {} : { status: entities.status(view, status) }),
  };
}

function serializeRequest(view: View, request: NotificationRequest): Json {
  const { entities } = view.host.behaviour;
  const state = view.viewer && view.host.users.get(view.viewer.username.toLowerCase());
  const count = state?.notifications.filter(
    ({ from, isFiltered }) => isFiltered && from === request.from,
  ).length;
  return {
    id: request.id,
    created_at: isoTime(request.createdMs),
    updated_at: isoTime(request.updatedMs),
    notifications_count: String(count ?? 0),
    account: entities.account(view, request.from),
    last_status: entities.status(view, request.lastStatus),
  };
}
