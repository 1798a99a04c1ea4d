import type { IncomingHttpHeaders } from "node:http";
import type { RecordedRequest } from "../surface.js";
import { BadRequestError, flatQuery } from "./http/params.js";

/** An entry that is still being written. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** Every request of one host, oldest first. It keeps secrets: it belongs to a test server. */
export class RequestLog {
  readonly entries: OpenRecord[] = [];
  readonly #now: () => number;
  readonly #keeps: number;

  /** @param keeps see `SandboxOptions.keeps` */
  constructor(now: () => number, keeps = Number.POSITIVE_INFINITY) {
    this.#now = now;
    this.#keeps = keeps;
  }

  begin(request: {
    readonly method: string;
    readonly url: URL;
    readonly headers: IncomingHttpHeaders;
    readonly username: string | undefined;
    readonly body?: unknown;
  }): OpenRecord {
    const record: OpenRecord = {
      method: request.method,
      path: request.url.pathname,
      query: readableQuery(request.url.searchParams),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [
          name,
          [value ?? ""].flat().join(", "),
        ]),
      ),
      body: request.body,
      username: request.username,
      atMs: this.#now(),
      status: undefined,
    };
    this.entries.push(record);
    const tooMany = this.entries.length - this.#keeps;
    if (tooMany > this.#keeps / 10) this.entries.splice(0, tooMany);
    return record;
  }
}

function readableQuery(search: URLSearchParams): RecordedRequest["query"] {
  try {
    return flatQuery(search);
  } catch (error) {
    if (!(error instanceof BadRequestError)) throw error;
    return Object.fromEntries(search);
  }
}
