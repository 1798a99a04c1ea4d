import type { IncomingMessage } from "node:http";
import WebSocket, { type ClientOptions } from "ws";
import type { EpochMs } from "../core/model.js";
import type { Clock } from "../ports.js";
import { type AnswerHeaders, answerHeaders } from "./answer-headers.js";
import { readFrame, type StreamEvent } from "./frames.js";

/** An answer to the upgrade other than 101. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** A socket that keeps what the server tells until it is read, and that knows when it last lived. */
export class StreamSocket extends WebSocket {
  readonly #clock: Pick<Clock, "now">;
  readonly #unread: StreamEvent[] = [];
  #wake: () => void = () => undefined;
  /** When anything came last: a frame, a ping, a pong, the opening. */
  lastSignAt: EpochMs;
  refusal: UpgradeRefusal | undefined;
  closeCode = 1006;
  isClosed = false;

  constructor(url: URL, options: ClientOptions, clock: Pick<Clock, "now">) {
    super(url, options);
    this.#clock = clock;
    this.lastSignAt = clock.now();
    // Without a listener an error would end the process; each is followed by `close`.
    this.on("error", () => {});
    this.on("close", (code: number) => {
      this.closeCode = code;
      this.isClosed = true;
      this.#wake();
    });
    this.on("unexpected-response", (_request: unknown, response: IncomingMessage) => {
      this.refusal = { status: response.statusCode ?? 0, headers: answerHeaders(response.headers) };
      response.destroy();
      this.terminate();
    });
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === "open" || event === "ping" || event === "pong" || event === "message") {
      this.lastSignAt = this.#clock.now();
    }
    if (event !== "message") return super.emit(event, ...args);
    const [data, isBinary] = args;
    const read = isBinary === true ? undefined : readFrame(String(data));
    if (read === undefined) return false;
    this.#unread.push(read);
    this.#wake();
    return super.emit(event, ...args);
  }

  /** The next event, once it is there; `undefined` when the socket is closed and all of them were read. */
  async nextEvent(): Promise<StreamEvent | undefined> {
    while (this.#unread.length === 0 && !this.isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#unread.shift();
  }

  /** @throws Error as ws says, or when the upgrade was refused (see {@link refusal}) */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.once("open", () => resolve());
      this.once("error", reject);
      this.once("close", () => reject(new Error("The socket closed before it was open.")));
    });
  }
}
