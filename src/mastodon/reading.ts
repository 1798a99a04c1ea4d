import { hostOf } from "../core/acct.js";
import type { Account, Acct, GroupEvent, Status, StatusId } from "../core/model.js";
import type { Page } from "../ports.js";
import type { AnswerHeaders } from "./answer-headers.js";
import { senseless } from "./classify.js";
import { segment } from "./client.js";
import { maxIdAfter } from "./link-header.js";
import {
  mapAccount,
  mapHome,
  mapNotification,
  mapStatus,
  pagingId,
  unwrap,
  uriOf,
} from "./mapping.js";
import { at, idOf, listOf } from "./odd.js";
import { type Session, unless } from "./session.js";

const maxFollowRequestPages = 10;

/** @throws GatewayError `auth` when the token is dead */
export async function whoAmI(session: Session, signal: AbortSignal): Promise<Account> {
  const raw = await session.client(signal, "who-am-i").api.v1.accounts.verifyCredentials();
  const account = mapAccount(raw, session.who);
  if (account === undefined) throw senseless("Reading our own account", "no account in the answer");
  session.who = { acct: account.acct, url: account.url || undefined, id: account.id };
  return account;
}

/** @throws GatewayError */
export async function notifications(
  session: Session,
  maxId: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  // All types: some servers know no such filter, and one calls mentions by another name.
  const query = pageQuery(session, maxId, { includeFiltered: true });
  return pageOf(
    await session.client(signal).http.get("/api/v1/notifications", query),
    "Reading notifications",
    (item) => mapNotification(item, session.who),
    (item) => idOf(at(item, "id")),
  );
}

/** @throws GatewayError */
export async function home(
  session: Session,
  maxId: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  return pageOf(
    await session.client(signal).http.get("/api/v1/timelines/home", pageQuery(session, maxId)),
    "Reading the home timeline",
    (item) => mapHome(item, session.who),
    pagingId,
  );
}

/** Always with a limit: without one, snac gives a single entry. */
function pageQuery({ traits }: Session, maxId: string | undefined, more: object = {}): object {
  return { limit: traits.pageSize, ...more, ...(maxId === undefined ? {} : { maxId }) };
}

function pageOf(
  { data, headers }: { readonly data: unknown; readonly headers: AnswerHeaders },
  what: string,
  map: (item: unknown) => GroupEvent | undefined,
  idIn: (item: unknown) => string | undefined,
): Page {
  const items = expectList(what, data);
  return {
    events: items.map(map).filter((event) => event !== undefined),
    // Of the raw items: what cannot be read must not end the reading. GoToSocial's filters may
    // empty a page though more follows, and then only the link tells.
    nextMaxId:
      items.map(idIn).findLast((id) => id !== undefined) ?? maxIdAfter(headers.get("link") ?? ""),
  };
}

/** @throws GatewayError */
export async function followRequests(
  session: Session,
  signal: AbortSignal,
): Promise<readonly Account[]> {
  const found = new Map<string, Account>();
  let pages = 0;
  const query = { limit: session.traits.pageSize };
  for await (const page of session.client(signal).api.v1.followRequests.list(query)) {
    const sizeBefore = found.size;
    for (const raw of expectList("Reading who waits to follow", page)) {
      const account = mapAccount(raw, session.who);
      if (account !== undefined) found.set(account.id, account);
    }
    // Pages that bring nothing new would come for ever from a server that repeats itself.
    if (found.size === sizeBefore || ++pages >= maxFollowRequestPages) break;
  }
  return [...found.values()];
}

/** The status as the server gave it, in masto's shape. @throws GatewayError */
export async function readStatus(
  session: Session,
  id: StatusId,
  signal: AbortSignal,
): Promise<unknown> {
  return unless([403, 404, 410], () =>
    session.client(signal).api.v1.statuses.$select(segment(id)).fetch(),
  );
}

/** @throws GatewayError */
export async function status(
  session: Session,
  id: StatusId,
  signal: AbortSignal,
): Promise<Status | undefined> {
  const raw = await readStatus(session, id, signal);
  if (raw === undefined) return undefined;
  const found = mapStatus(unwrap(raw), session.who);
  if (found === undefined) throw senseless("Reading a status", "no status in the answer");
  if (found.rebloggedByUs || session.traits.tellsOwnBoosts) return found;
  return { ...found, rebloggedByUs: await isAmongOwnBoosts(session, found, signal) };
}

async function isAmongOwnBoosts(
  session: Session,
  { id, uri }: Status,
  signal: AbortSignal,
): Promise<boolean> {
  return (await ownStatuses(session, signal))
    .map((raw) => at(raw, "reblog"))
    .some((inner) => idOf(at(inner, "id")) === id || uriOf(inner) === uri);
}

/** Our own newest statuses and boosts, in masto's shape. @throws GatewayError */
export async function ownStatuses(
  session: Session,
  signal: AbortSignal,
  filter: { readonly excludeReblogs?: boolean } = {},
): Promise<readonly unknown[]> {
  const ownId = session.who.id ?? (await whoAmI(session, signal)).id;
  const { api } = session.client(signal);
  const query = { limit: session.traits.pageSize, ...filter };
  return expectList(
    "Reading our own statuses",
    await api.v1.accounts.$select(segment(ownId)).statuses.list(query),
  );
}

/** @throws GatewayError */
export async function account(
  session: Session,
  acct: Acct,
  signal: AbortSignal,
): Promise<Account | undefined> {
  const isLocal = hostOf(acct) === hostOf(session.acct);
  const name = isLocal ? acct.slice(0, acct.indexOf("@")) : acct;
  const q = `@${acct}`;
  // Lookup asks nobody else, search asks the other server. What refuses one way may know another.
  const ways: readonly (() => Promise<unknown>)[] = [
    async () => [await session.client(signal).api.v1.accounts.lookup({ acct: name })],
    async () => {
      const query = { q, resolve: true, type: "accounts", limit: 5 } as const;
      return at(await session.client(signal).api.v2.search.list(query), "accounts");
    },
    async () => {
      const query = { q, resolve: true, limit: 5 } as const;
      return await session.client(signal).api.v1.accounts.search.list(query);
    },
  ];
  let isOdd = false;
  for (const ask of ways) {
    const found = await unless([400, 403, 404, 405, 410, 422, 501], async () => ({
      list: await ask(),
    }));
    if (found === undefined) continue;
    const candidates = listOf(found.list).map((raw) => mapAccount(raw, session.who));
    const wanted = candidates.find((candidate) => candidate?.acct === acct);
    if (wanted !== undefined) return wanted;
    isOdd ||= !Array.isArray(found.list) || candidates.includes(undefined);
  }
  // "Nobody answers to the name" is said aloud, so it must have been said to us.
  if (isOdd) throw senseless("Looking somebody up", "an answer says nothing of anybody");
  return undefined;
}

/** An empty list says that there is nothing; what is no list says nothing. */
function expectList(what: string, answer: unknown): readonly unknown[] {
  if (!Array.isArray(answer)) throw senseless(what, "no list in the answer");
  return answer;
}
