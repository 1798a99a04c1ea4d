import type { AccountId, StatusId, Visibility } from "../core/model.js";
import { GatewayError } from "../errors.js";
import { senseless } from "./classify.js";
import { segment } from "./client.js";
import { mapAccount, mapStatus } from "./mapping.js";
import { at, idOf } from "./odd.js";
import { followRequests, readStatus, status } from "./reading.js";
import { isRefusal, type Session, unless } from "./session.js";

/** @throws GatewayError */
export async function reblog(
  session: Session,
  id: StatusId,
  visibility: Visibility,
  signal: AbortSignal,
): Promise<void> {
  if (visibility === "direct") {
    throw new GatewayError("A boost cannot be direct.", {
      failure: "permanent",
      isOutcomeKnown: true,
    });
  }
  try {
    // The path itself, for it is what a group asks most: masto takes words apart to make it up.
    const path = `/api/v1/statuses/${segment(id)}/reblog`;
    const { data } = await session.client(signal).http.post(path, { visibility });
    expectEntity("Boosting", data);
  } catch (error) {
    // Mitra refuses what is boosted already, others in their own ways: the status itself knows.
    const isRefused = isRefusal(error, 400, 403, 404, 409, 422);
    if (isRefused && (await status(session, id, signal))?.rebloggedByUs) return;
    throw error;
  }
}

/** @throws GatewayError */
export async function unreblog(session: Session, id: StatusId, signal: AbortSignal): Promise<void> {
  // What was not boosted is 400 on Pleroma, 404 on Hollo and Mitra, 200 elsewhere.
  await unless([400, 404, 410, 422], async () => {
    const { statuses } = session.client(signal).api.v1;
    expectEntity("Taking a boost back", await statuses.$select(segment(id)).unreblog());
  });
}

/** @throws GatewayError */
export async function deleteStatus(
  session: Session,
  id: StatusId,
  signal: AbortSignal,
): Promise<void> {
  const raw = await readStatus(session, id, signal);
  if (raw === undefined) return;
  const author = mapStatus(raw, session.who)?.author;
  if (author === undefined) throw senseless("Reading a status", "no status in the answer");
  // Hollo lets any token delete anything.
  if (author.id !== session.who.id && author.acct !== session.who.acct) {
    throw new GatewayError("The status is somebody else's; it is not ours to delete.", {
      failure: "permanent",
      isOutcomeKnown: true,
    });
  }
  await unless([404, 410], () =>
    session.client(signal).api.v1.statuses.$select(segment(id)).remove(),
  );
}

/** @throws GatewayError */
export async function follow(session: Session, id: AccountId, signal: AbortSignal): Promise<void> {
  // Boosts would only fill the home timeline: the group reads what members write themselves.
  const { accounts } = session.client(signal).api.v1;
  expectEntity("Following", await accounts.$select(segment(id)).follow({ reblogs: false }));
}

/** @throws GatewayError */
export async function unfollow(
  session: Session,
  id: AccountId,
  signal: AbortSignal,
): Promise<void> {
  await unless([404, 410], async () => {
    const { accounts } = session.client(signal).api.v1;
    expectEntity("Unfollowing", await accounts.$select(segment(id)).unfollow());
  });
}

/** @throws GatewayError */
export async function acceptFollow(
  session: Session,
  id: AccountId,
  signal: AbortSignal,
): Promise<void> {
  const outcome = await authorize(session, id, signal);
  if (outcome === "done") return;
  // Handled already; or (Friendica) a request has an id of its own, which the list tells.
  const waiting = await followRequests(session, signal);
  if (outcome === "unclear" && waiting.some((each) => each.id === id)) {
    throw senseless("Letting a follower in", "they still wait after it", 200);
  }
  if (waiting.length === 0) return;
  const raw: unknown = await unless([403, 404, 410], () =>
    session.client(signal).api.v1.accounts.$select(segment(id)).fetch(),
  );
  const acct = mapAccount(raw, session.who)?.acct;
  const request = waiting.find((each) => each.acct === acct && each.id !== id);
  if (request !== undefined) await authorize(session, request.id, signal);
}

/** `nobody`: nobody waits under this id. `unclear`: old Mastodons say nothing, broken servers neither. */
async function authorize(
  session: Session,
  id: AccountId,
  signal: AbortSignal,
): Promise<"done" | "nobody" | "unclear"> {
  const outcome = await unless([404, 410], async () => {
    const { followRequests: requests } = session.client(signal).api.v1;
    const answer: unknown = await requests.$select(segment(id)).authorize();
    return idOf(at(answer, "id")) === undefined ? "unclear" : "done";
  });
  return outcome ?? "nobody";
}

/**
 * Every server answers with what it has acted on. An answer without it is not the server's, or not
 * to this: whether it acted is to be found out.
 */
function expectEntity(what: string, answer: unknown): void {
  if (idOf(at(answer, "id")) === undefined) {
    throw senseless(what, "the answer tells nothing of what was done", 200);
  }
}
