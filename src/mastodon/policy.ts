import { GatewayError } from "../errors.js";
import { at, idOf, listOf } from "./odd.js";
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
 * Lets everybody's notifications through and accepts those held back; see the port.
 *
 * @throws GatewayError when the server cannot be asked now
 */
export async function openNotifications(
  session: Session,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    await session.client(signal).api.v2.notifications.policy.update(openToAll);
  } catch (error) {
    // No such policy, or (Mitra) one that can only be read.
    if (error instanceof GatewayError && error.failure === "permanent") return undefined;
    throw error;
  }
  const accepted = await acceptAll(session, signal);
  if (accepted > 0) await waitUntilMerged(session, signal);
  return accepted;
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
