import { GatewayError } from "../errors.js";
import { readable } from "./instance.js";
import { at, idOf, isObject, listOf, textOf } from "./odd.js";
import type { Session } from "./session.js";

const maxPages = 25;
const mergePolls = 10;
const mergePollMs = 1_000;

const openToAll = {
  forNotFollowing: "accept",
  forNotFollowers: "accept",
  forNewAccounts: "accept",
  forPrivateMentions: "accept",
  forLimitedAccounts: "accept",
  // Since Mastodon 4.6; ignored before, and unknown to masto's types.
  forBots: "accept",
} as const;

/**
 * Lets everybody's notifications through and accepts those held back; see the port. The log says
 * once what goes on being filtered, for only the operator can change it then.
 *
 * @throws GatewayError when the server cannot be asked now
 */
export async function openNotifications(
  session: Session,
  signal: AbortSignal,
): Promise<number | undefined> {
  await openAccount(session, signal);
  try {
    warnOfFilters(
      session,
      await session.client(signal).api.v2.notifications.policy.update(openToAll),
    );
  } catch (error) {
    if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
    // No such policy, or (Mitra) one that can only be read.
    const policy = () => session.client(signal).api.v2.notifications.policy.fetch();
    warnOfFilters(session, await readable(policy));
    return undefined;
  }
  const accepted = await acceptAll(session, signal);
  if (accepted > 0) await waitUntilMerged(session, signal);
  return accepted;
}

function warnOfFilters(session: Session, policy: unknown): void {
  const filters = filteredKinds(policy);
  if (filters.length === 0) return;
  session.warnOnce(
    { filters },
    "The server goes on holding some notifications back; change that in the account's settings there.",
  );
}

/** What keeps notifications from the group. */
export interface Filters {
  /** The kinds of sender that are not simply accepted, by the server's own names. */
  readonly kinds: readonly string[];
  /** How many requests of held-back senders wait. */
  readonly waiting: number;
}

/**
 * Reads what {@link openNotifications} would open; `undefined` where the server has no such filters.
 * Akkoma does not tell all of its own.
 *
 * @throws GatewayError when the server cannot be asked now
 */
export async function readFilters(
  session: Session,
  signal: AbortSignal,
): Promise<Filters | undefined> {
  const account: unknown = await session.client(signal).api.v1.accounts.verifyCredentials();
  const { blocksStrangers, messagesFrom } = accountFilters(account);
  const policy: unknown = await readable(() =>
    session.client(signal).api.v2.notifications.policy.fetch(),
  );
  const isTold = blocksStrangers !== undefined || messagesFrom !== undefined;
  if (policy === undefined && !isTold) return undefined;
  const waiting = at(policy, "summary", "pendingRequestsCount");
  return {
    kinds: [
      ...filteredKinds(policy),
      ...(blocksStrangers === true ? ["blockFromStrangers"] : []),
      ...(messagesFrom === undefined || messagesFrom === "everybody"
        ? []
        : ["acceptsDirectMessagesFrom"]),
    ],
    waiting: typeof waiting === "number" ? waiting : 0,
  };
}

function filteredKinds(policy: unknown): readonly string[] {
  return Object.entries(isObject(policy) ? policy : {})
    .filter(([key, value]) => key.startsWith("for") && value !== "accept")
    .map(([key]) => key);
}

/** The settings that Pleroma and Akkoma have for it, each where the account tells it. */
function accountFilters(account: unknown) {
  const blocksStrangers = at(account, "pleroma", "notificationSettings", "blockFromStrangers");
  const [messagesFrom] = [[], ["akkoma"], ["pleroma"], ["source", "pleroma"]]
    .map((path) => textOf(at(account, ...path, "acceptsDirectMessagesFrom")))
    .filter((setting) => setting !== undefined);
  return { blocksStrangers, messagesFrom };
}

/** What Pleroma and Akkoma have in place of a policy: a setting of the account each. */
async function openAccount(session: Session, signal: AbortSignal): Promise<void> {
  const account: unknown = await session.client(signal).api.v1.accounts.verifyCredentials();
  const { blocksStrangers, messagesFrom } = accountFilters(account);
  try {
    if (blocksStrangers === true) {
      await session
        .client(signal)
        .http.put("/api/pleroma/notification_settings", { blockFromStrangers: false });
    }
    const isHidden = messagesFrom === undefined && at(account, "akkoma") !== undefined;
    if (isHidden || (messagesFrom !== undefined && messagesFrom !== "everybody")) {
      await session.client(signal).http.patch("/api/v1/accounts/update_credentials", {
        acceptsDirectMessagesFrom: "everybody",
      });
    }
  } catch (error) {
    if (!(error instanceof GatewayError) || error.failure !== "permanent") throw error;
    session.warnOnce(
      { err: error },
      "The account may hide messages of strangers; let them through in its settings on the server.",
    );
  }
}

async function acceptAll(session: Session, signal: AbortSignal): Promise<number> {
  const accepted = new Set<string>();
  // Accepted requests leave the list, so it is always read from its start.
  for (let page = 0; page < maxPages; page++) {
    const { api, http } = session.client(signal);
    const raw = await api.v1.notifications.requests.list({ limit: 40 });
    const ids = listOf(raw)
      .map((request) => idOf(at(request, "id")))
      .filter((id) => id !== undefined)
      .filter((id) => !accepted.has(id));
    if (ids.length === 0) break;
    await http.post("/api/v1/notifications/requests/accept", { id: ids });
    for (const id of ids) accepted.add(id);
  }
  return accepted.size;
}

async function waitUntilMerged(session: Session, signal: AbortSignal): Promise<void> {
  for (let poll = 0; poll < mergePolls; poll++) {
    const answer: unknown = await session
      .client(signal)
      .api.v1.notifications.requests.merged.fetch();
    if (at(answer, "merged") !== false) return;
    await session.clock.sleep(mergePollMs, signal);
  }
  session.log.warn({}, "The notifications that were held back are not merged yet.");
}
