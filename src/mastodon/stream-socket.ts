import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import WebSocket, { type ClientOptions } from "ws";
import type { StreamItem } from "../ports.js";
import { type AnswerHeaders, answerHeaders } from "./answer-headers.js";
import { readFrame } from "./frames.js";
import { mapHome, mapNotification } from "./mapping.js";
import type { Session } from "./session.js";

/** An answer to the upgrade other than 101. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** Why a socket is over. */
type End = Pick<Extract<StreamItem, { kind: "closed" }>, "because" | "error">;

const ignore = () => undefined;

/**
 * A socket that hands on what it says at once. Most groups do nothing for most of their lives but hold
 * theirs open, so nothing waits here that is not needed: see the memory in bench/RESULTS.md.
 */
export class StreamSocket extends WebSocket {
  readonly #session: Pick<Session, "clock" | "who">;
  readonly #take: (item: StreamItem) => void;
  /** When anything came last: a frame, a ping, a pong, the opening. By `steadyMs`. */
  #lastSignAt: number;
  #end: End = { because: "server" };
  #isTelling = false;
  #stopWatching: () => void = ignore;
  refusal: UpgradeRefusal | undefined;

  /** @param take is handed what it says, from its opening on */
  constructor(
    url: URL,
    options: ClientOptions,
    session: Pick<Session, "clock" | "who">,
    take: (item: StreamItem) => void,
  ) {
    super(url, options);
    this.#session = session;
    this.#take = take;
    this.#lastSignAt = session.clock.steadyMs();
    // Without a listener an error would end the process; each is followed by `close`.
    this.on("error", ignore);
    this.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      this.refusal = { status: response.statusCode ?? 0, headers: answerHeaders(response.headers) };
      response.destroy();
      this.terminate();
    });
  }

  /** All that `ws` has to say comes by here. */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const [data, isBinary] = args;
    if (event === "open") this.#isTelling = true;
    if (event === "open" || event === "ping" || event === "pong" || event === "message") {
      this.#lastSignAt = this.#session.clock.steadyMs();
    }
    if (event === "open") this.#tell(() => ({ kind: "connected" }));
    // What was in the pipe when we hung up still comes.
    const isText = event === "message" && isBinary !== true;
    if (isText && this.readyState === WebSocket.OPEN) this.#tell(() => this.#read(String(data)));
    if (event === "close") {
      this.#stopWatching();
      this.#tell(() => ({ kind: "closed", code: Number(data), ...this.#end }));
    }
    return super.emit(event, ...args);
  }

  /** Resolves when it is open. @throws Error as ws says, or when the upgrade was refused (see {@link refusal}) */
  async opened(): Promise<void> {
    await once(this, "open");
  }

  /** Hangs up when nothing came for so long, and makes the server answer before that. */
  watch(aliveTimeoutMs: number): void {
    if (this.readyState !== WebSocket.OPEN) return;
    const { clock } = this.#session;
    const restMs = this.#lastSignAt + aliveTimeoutMs - clock.steadyMs();
    if (restMs <= 0) {
      this.#fail({ because: "silent" });
      return;
    }
    this.ping();
    const again = () => this.watch(aliveTimeoutMs);
    this.#stopWatching = clock.after(Math.min(restMs, aliveTimeoutMs / 3), again);
  }

  /** Ends it without waiting for the server, and tells nothing more. */
  hangUp(): void {
    this.#isTelling = false;
    this.terminate();
  }

  #read(text: string): StreamItem | undefined {
    const frame = readFrame(text);
    if (frame === undefined) return undefined;
    const map = frame.event === "update" ? mapHome : mapNotification;
    return map(frame.payload, this.#session.who);
  }

  /** A bug in what is done with it costs this socket, not the program. */
  #tell(say: () => StreamItem | undefined): void {
    if (!this.#isTelling) return;
    try {
      const item = say();
      if (item !== undefined) this.#take(item);
    } catch (error) {
      this.#fail({ because: "error", error });
    }
  }

  #fail(end: End): void {
    this.#end = end;
    this.terminate();
  }
}
