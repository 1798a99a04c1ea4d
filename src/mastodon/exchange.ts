import { type LookupAddress, type LookupOptions, lookup as resolve } from "node:dns";
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as askSecurely, Agent as SecureAgent } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { type Failure, GatewayError } from "../errors.js";
import { Agent, request as ask } from "../node-http.js";
import { type AnswerHeaders, answerHeaders } from "./answer-headers.js";
import { senseless, unreachable } from "./classify.js";
import { decode } from "./encoding.js";

const connectTimeoutMs = 10_000;
/**
 * Shorter than any usual server keeps a connection: one that it closes just when a request is on its
 * way leaves in doubt what became of that. And what 1,000 groups keep open adds up.
 */
const idleMs = 4000;
const plain = new Agent({ keepAlive: true, timeout: idleMs });
const secure = new SecureAgent({ keepAlive: true, timeout: idleMs });

/** Looks at every address of a name before one of them is connected to; throws to refuse. */
export type AddressCheck = (address: string) => void;

/** One request. */
export interface Sending {
  /** For messages, such as `POST social.example/api/v1/statuses`; never with a query. */
  readonly what: string;
  readonly method: string;
  /** User and password in it are not sent. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** When the last byte of the answer must be there, by `performance.now()`. */
  readonly endsAtMs: number;
  /** How long after the beginning that is. */
  readonly timeoutMs: number;
  /** Of an answer, as it comes and once it is decoded. */
  readonly maxBytes: number;
  /** What it means when the answer is too long. */
  readonly tooLong: Failure;
  /**
   * The connection goes to an address that was checked, and is nobody else's: otherwise the name would
   * be resolved once for the check and again for the connection, and whoever owns it can answer
   * differently each time.
   */
  readonly check?: AddressCheck | undefined;
}

/** A whole answer, whatever its status. */
export interface Received {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * One request and its whole answer, without redirects; the only way to a server but for streams.
 * Nothing is tried again here, not even on a connection that turns out to be closed.
 *
 * @throws GatewayError; the signal's reason; what `check` throws
 */
export async function exchange(sending: Sending, signal: AbortSignal): Promise<Received> {
  const { status, headers, body } = await transfer(sending, signal);
  const answer = { status, headers: answerHeaders(headers) };
  const encoding = headers["content-encoding"];
  if (encoding === undefined) return { ...answer, bytes: body };
  const decoded = await decode(body, encoding, sending.maxBytes);
  if (decoded.kind === "too-long") throw tooLong(sending);
  if (decoded.kind === "broken") throw senseless(sending.what, decoded.problem, status);
  return { ...answer, bytes: decoded.bytes };
}

interface Transferred {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer<ArrayBuffer>;
}

function transfer(sending: Sending, signal: AbortSignal): Promise<Transferred> {
  const { what, url, maxBytes, endsAtMs, timeoutMs } = sending;
  return new Promise((settle, reject) => {
    signal.throwIfAborted();
    const request = requestFor(sending);
    /** Before that the server cannot have acted. */
    let isSent = false;
    let isOver = false;
    const end = () => {
      isOver = true;
      clearTimeout(timer);
      clearTimeout(connectTimer);
      signal.removeEventListener("abort", abort);
    };
    const fail = (error: unknown) => {
      if (isOver) return;
      end();
      request.destroy();
      reject(error instanceof GatewayError ? error : unreachable(what, error, isSent));
    };
    const late = (problem: string, afterMs: number) =>
      fail(
        new GatewayError(`${what}: ${problem} within ${afterMs} ms`, {
          failure: "transient",
          isOutcomeKnown: !isSent,
        }),
      );
    const abort = () => {
      end();
      request.destroy();
      reject(signal.reason);
    };
    const timer = setTimeout(late, endsAtMs - performance.now(), "no answer", timeoutMs);
    let connectTimer: ReturnType<typeof setTimeout> | undefined;
    signal.addEventListener("abort", abort, { once: true });

    request.once("socket", (socket) => {
      if (request.reusedSocket || !socket.connecting) {
        isSent = true;
        return;
      }
      connectTimer = setTimeout(late, connectTimeoutMs, "no connection", connectTimeoutMs);
      socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => {
        isSent = true;
        clearTimeout(connectTimer);
      });
    });
    let answer: IncomingMessage | undefined;
    request.on("error", (error) => {
      // What comes behind the answer costs the connection and not the answer, whose end is about to be told.
      if (answer?.complete !== true) fail(error);
    });
    // The last word, also where nothing else tells, as after an upgrade that nobody asked for.
    request.once("close", () => {
      if (!isOver) fail(new Error("the connection closed before the answer"));
    });
    request.once("response", (response) => {
      answer = response;
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > maxBytes) fail(tooLong(sending));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.once("end", () => {
        if (isOver) return;
        if (!response.complete) {
          fail(new Error("the answer was cut off"));
          return;
        }
        end();
        // Who answers before the request is complete does not read the rest of it.
        if (!request.writableFinished) request.destroy();
        const { statusCode: status = 0, headers } = response;
        settle({ status, headers, body: Buffer.concat(chunks, length) });
      });
    });
    request.end(sending.body);
  });
}

function requestFor({ method, url, headers, body, check }: Sending): ClientRequest {
  const isSecure = url.protocol === "https:";
  const hostname = url.hostname.replace(/^\[|\]$/gu, "");
  // Node does not look up what is an address already.
  if (check !== undefined && isIP(hostname) !== 0) check(hostname);
  return (isSecure ? askSecurely : ask)({
    ...{ method, hostname, port: url.port, path: `${url.pathname}${url.search}` },
    headers: {
      ...headers,
      "Accept-Encoding": "gzip, br",
      // Node leaves it out where a method has no body as a rule.
      ...(body !== undefined && { "Content-Length": Buffer.byteLength(body) }),
    },
    ...(check === undefined
      ? { agent: isSecure ? secure : plain }
      : { agent: false, lookup: checking(check) }),
  });
}

function tooLong({ what, tooLong: failure }: Sending): GatewayError {
  return new GatewayError(`${what}: the answer is too long`, { failure, isOutcomeKnown: false });
}

function checking(check: AddressCheck): LookupFunction {
  return (name, options: LookupOptions, done) => {
    resolve(name, { ...options, all: true }, (error, found: readonly LookupAddress[] = []) => {
      try {
        if (error !== null) throw error;
        for (const { address } of found) check(address);
        const [first] = found;
        if (options.all === true) done(null, [...found]);
        else done(null, first?.address ?? "", first?.family);
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : new Error(String(refusal)), "");
      }
    });
  };
}
