import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { ApiAnswer, HostApi, LocalUser } from "../seam.js";
import type { Access, Token } from "./access.js";
import type { Bucket, ServerBehaviour } from "./behaviour.js";
import type { FaultBook } from "./faults.js";
import type { ParsedBody } from "./http/body.js";
import { linkHeader } from "./http/links.js";
import type { Idempotency } from "./idempotency.js";
import type { RateLimits } from "./rate-limits.js";
import type { RequestLog } from "./request-log.js";

/** What the handlers of one host share. */
export interface HostParts {
  readonly api: HostApi;
  readonly baseUrl: string;
  readonly now: () => number;
  readonly behaviour: ServerBehaviour;
  readonly access: Access;
  readonly faults: FaultBook;
  readonly limits: RateLimits;
  readonly idempotency: Idempotency | undefined;
  readonly log: RequestLog;
  readonly hasStreaming: boolean;
  /** The users one can sign in as. */
  readonly users: () => readonly LocalUser[];
  /** Requests that carry it come from the test itself and use up no limits. */
  readonly driverKey: string;
}

/** What is known about a request before its route sees it. */
export interface HostEnv {
  Bindings: HttpBindings;
  Variables: {
    body: ParsedBody;
    /** The token that was sent, if it is known here; perhaps one that no longer works. */
    token: Token | undefined;
    /** Something was sent in a token's place. */
    hasSentToken: boolean;
    /** Every limit that this request touches. */
    buckets: Bucket[];
  };
}

/** Hono's context, with what is known about the request. */
export type HostContext = Context<HostEnv>;

/** The header by which a test's own requests are told from those of the program under test. */
export const driverHeader = "x-sandbox-driver";

/** True for the requests that `SandboxUser` makes. */
export function isDriven(c: HostContext, parts: HostParts): boolean {
  return c.req.header(driverHeader) === parts.driverKey;
}

/** Mastodon's way to say no. */
export function failure(status: number, error: string): ApiAnswer {
  return { status, body: { error } };
}

/** Puts an answer on the wire. */
export function toResponse(c: HostContext, parts: HostParts, answer: ApiAnswer): Response {
  const headers = new Headers(answer.headers);
  const link = answer.links && linkHeader(c.req.url, parts.baseUrl, answer.links);
  if (link !== undefined) headers.set("Link", link);
  if (answer.body === undefined) return new Response(null, { status: answer.status, headers });
  const isText = typeof answer.body === "string" && headers.has("content-type");
  if (!headers.has("content-type")) headers.set("content-type", "application/json; charset=utf-8");
  const body = isText ? String(answer.body) : JSON.stringify(answer.body);
  return new Response(body, { status: answer.status, headers });
}
