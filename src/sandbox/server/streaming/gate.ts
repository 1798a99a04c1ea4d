import type { IncomingMessage } from "node:http";
import type { Access, Token } from "../access.js";
import type { ServerBehaviour, TokenPlace, UpgradeProblem } from "../behaviour.js";
import { driverHeader } from "../context.js";
import type { RateLimits } from "../rate-limits.js";
import { fedStreams } from "./mastodon.js";

/** What it takes to decide who gets a socket. */
export interface GateParts {
  readonly access: Access;
  readonly limits: RateLimits;
  readonly behaviour: ServerBehaviour;
  readonly hasStreaming: boolean;
}

/** What came with a request for a socket. */
export interface Arrival {
  readonly url: URL;
  /** Where a token was, if anywhere. */
  readonly from: TokenPlace | undefined;
  /** The token while it is good. */
  readonly token: Token | undefined;
}

/** Finds the token where this server looks for it. */
export function lookAt(parts: GateParts, { headers }: IncomingMessage, url: URL): Arrival {
  const values: Readonly<Record<TokenPlace, string | undefined>> = {
    header: headers.authorization?.replace(/^Bearer /i, ""),
    query: url.searchParams.get("access_token") ?? undefined,
    protocol: headers["sec-websocket-protocol"],
  };
  const places = parts.behaviour.streaming?.tokenFrom ?? [];
  const from = places.find((place) => values[place] !== undefined);
  const value = from && values[from];
  return { url, from, token: value === undefined ? undefined : goodToken(parts, value) };
}

/** Why no socket is opened, if it is not. */
export function problemOf(
  { hasStreaming, behaviour, limits }: GateParts,
  { headers, socket }: IncomingMessage,
  { url, from, token }: Arrival,
): UpgradeProblem | undefined {
  const { rateLimits, withoutUserAgent, streaming } = behaviour;
  if (streaming === undefined || !hasStreaming) return "no-stream";
  const stream = url.searchParams.get("stream");
  if (!streaming.path.test(url.pathname)) return "no-stream";
  if (withoutUserAgent !== undefined && (headers["user-agent"] ?? "") === "") return "user-agent";
  if (rateLimits?.coversUpgrades === true && headers[driverHeader] === undefined) {
    const ip = socket.remoteAddress ?? "";
    const accountId = token?.user?.accountId;
    const place = { method: "GET", path: url.pathname, isPaging: false };
    const buckets = rateLimits.onArrival({ ...place, tokenId: token?.id, accountId, ip });
    if (buckets.map((bucket) => limits.take(bucket)).includes(true)) return "limit";
  }
  const mayBeAnyone =
    streaming.allowsAnonymous && from === undefined && !fedStreams.includes(stream ?? "");
  if (token === undefined && !mayBeAnyone) return from === undefined ? "missing" : "unknown";
  const isUnknown = stream !== null && !streaming.isKnown(stream);
  return isUnknown && streaming.refusesUnknownStreams ? "stream" : undefined;
}

/** The token with that value while it is good and somebody's. */
export function goodToken({ access }: GateParts, value: string): Token | undefined {
  const token = access.findToken(value);
  const isGood = token?.user !== undefined && access.stateOf(token) === "good";
  return isGood ? token : undefined;
}
