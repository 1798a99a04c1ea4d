import { createHash } from "node:crypto";
import { toAcct } from "../core/acct.js";
import { htmlToText } from "../core/html-to-text.js";
import type { Acct, StatusId } from "../core/model.js";
import type { OutgoingPost } from "../ports.js";
import { senseless } from "./classify.js";
import { mapStatus, unwrap } from "./mapping.js";
import { at, idOf, textOf } from "./odd.js";
import { ownStatuses } from "./reading.js";
import type { Session } from "./session.js";

/** An older post with the same text is another post. */
const maxAgeMs = 24 * 60 * 60_000;

/** @throws GatewayError */
export async function post(
  session: Session,
  outgoing: OutgoingPost,
  signal: AbortSignal,
): Promise<StatusId> {
  const { text, inReplyTo, visibility, spoilerText, isSensitive, mediaIds, language } = outgoing;
  const params = {
    status: text,
    // Always said: the account's own default may be anything.
    visibility,
    ...(inReplyTo === undefined ? {} : { inReplyToId: inReplyTo }),
    ...(spoilerText === "" ? {} : { spoilerText }),
    ...(isSensitive ? { sensitive: true } : {}),
    ...(mediaIds.length === 0 ? {} : { mediaIds }),
    ...(language === undefined ? {} : { language }),
    ...(session.traits.format === "markdown-on-request" ? { contentType: "text/markdown" } : {}),
  };
  const raw: unknown = await session.client(signal).api.v1.statuses.create(params, {
    requestInit: { headers: { "Idempotency-Key": idempotencyKey(session.acct, outgoing.key) } },
  });
  const id = idOf(at(raw, "id"));
  if (id === undefined) throw senseless("Posting", "no status in the answer", 200);
  if (visibility === "direct") warnUnlessAddressed(session, text, raw);
  return id as StatusId;
}

/** A direct post goes to whom the server has found behind the name, and to nobody otherwise. */
function warnUnlessAddressed(session: Session, text: string, raw: unknown): void {
  const [addressee] = handlesIn(text);
  const mentioned = mapStatus(raw, session.who)?.mentions ?? [];
  const isThere =
    addressee === undefined
      ? mentioned.length > 0
      : mentioned.some(({ acct }) => acct === addressee);
  if (isThere) return;
  session.log.warn(
    { statusId: idOf(at(raw, "id")), addressee },
    "The server found nobody to deliver a direct post to.",
  );
}

/** Shaped as a UUID. Of account and key, for Pleroma shares keys among all its users. */
function idempotencyKey(acct: Acct, key: string): string {
  const hex = createHash("sha256").update(`${acct}\n${key}`).digest("hex");
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join("-");
}

/** @throws GatewayError */
export async function findPost(
  session: Session,
  outgoing: OutgoingPost,
  signal: AbortSignal,
): Promise<StatusId | undefined> {
  const newest = (await ownStatuses(session, signal, { excludeReblogs: true })).map(unwrap);
  return newest.map((item) => matchOf(session, outgoing, item)).find((id) => id !== undefined);
}

function matchOf(session: Session, wanted: OutgoingPost, raw: unknown): StatusId | undefined {
  const found = mapStatus(raw, session.who);
  if (found === undefined || found.author.acct !== session.who.acct) return undefined;
  if (found.inReplyTo !== wanted.inReplyTo) return undefined;
  if (session.clock.now() - found.createdAt > maxAgeMs) return undefined;
  const named = handlesIn(wanted.text);
  const mentioned = new Set(found.mentions.map(({ acct }) => acct));
  if (mentioned.size > 0 && !named.every((acct) => mentioned.has(acct))) return undefined;

  // What was typed, where the server still tells it: GoToSocial, snac, Pleroma.
  const sources = [
    at(raw, "text"),
    at(raw, "source", "text"),
    at(raw, "pleroma", "content", "textPlain"),
  ];
  const texts = [
    htmlToText(textOf(at(raw, "content")) ?? "", found.mentions),
    ...sources.map(textOf).filter((source) => source !== undefined),
  ];
  const want = fold(wanted.text);
  return texts.some((text) => fold(text) === want) ? found.id : undefined;
}

function handlesIn(text: string): readonly Acct[] {
  return [...text.matchAll(handle)]
    .map(([, name]) => toAcct(name ?? ""))
    .filter((acct) => acct !== undefined);
}

const handle = /@([\p{L}\p{N}_.-]+@[\p{L}\p{N}.-]*[\p{L}\p{N}])/gu;

/** Signs that were written by their names or numbers, for markup's sake, come back as themselves. */
const entity = /&(?:amp;)*(?:#\d+|\w+);/gu;

/** Letters, digits and emoji only: markdown marks and white space do not survive the server. */
function fold(text: string): string {
  const bare = text.replace(handle, (_, name: string) => name.split("@")[0] ?? "");
  const folded = bare
    .replace(entity, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{Extended_Pictographic}]+/gu, "");
  return folded === "" ? text.trim() : folded;
}
