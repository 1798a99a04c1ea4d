import type { WebSocket } from "ws";
import type { StreamEvent } from "../../seam.js";
import type { Token } from "../access.js";
import { isAllowed } from "../scopes.js";

const silentStreams = /^(public(:local|:remote)?(:media)?|hashtag(:local)?|list|direct)$/;
const fedStreams: readonly string[] = ["user", "user:notification"];

/** One open socket and what it has subscribed to. */
export class Session {
  readonly socket: WebSocket;
  readonly token: Token;
  /** False from a ping until its pong. */
  isAlive = true;
  readonly #streams = new Set<string>();
  #held: string[] = [];

  constructor(socket: WebSocket, token: Token) {
    this.socket = socket;
    this.token = token;
  }

  get username(): string | undefined {
    return this.token.user?.username;
  }

  /** Understands a message of the client's; odd ones are passed over, as Mastodon does. */
  receive(text: string): void {
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (typeof message !== "object" || message === null) return;
    const type = "type" in message ? message.type : undefined;
    const stream = "stream" in message ? message.stream : undefined;
    if (type === "subscribe") this.subscribe(Array.isArray(stream) ? stream[0] : stream);
    if (type === "unsubscribe" && typeof stream === "string") this.#streams.delete(stream);
  }

  /** Subscribes, or tells the client why not. */
  subscribe(stream: unknown): void {
    if (
      typeof stream !== "string" ||
      !(fedStreams.includes(stream) || silentStreams.test(stream))
    ) {
      this.#send(JSON.stringify({ error: "Unknown stream type", status: 400 }));
      return;
    }
    const scope = stream === "user:notification" ? "read:notifications" : "read:statuses";
    if (fedStreams.includes(stream) && !isAllowed(this.token.scopes, scope)) {
      const error = "Access token does not have the required scopes";
      this.#send(JSON.stringify({ error, status: 401 }));
      return;
    }
    this.#streams.add(stream);
  }

  /** The frames of an event for this socket: one for each subscription that carries it. */
  framesOf(event: StreamEvent): readonly string[] {
    const isNotice = event.event === "notification" || event.event === "notifications_merged";
    const mayNotice = isAllowed(this.token.scopes, "read:notifications");
    const payload =
      typeof event.payload === "string" ? event.payload : JSON.stringify(event.payload);
    return [...this.#streams]
      .filter(
        (stream) =>
          (stream === "user" && (!isNotice || mayNotice)) ||
          (stream === "user:notification" && isNotice),
      )
      .map((stream) => JSON.stringify({ stream: [stream], event: event.event, payload }));
  }

  /** Sends, or keeps back until `reorder` frames are held and sends those backwards. */
  deliver(frame: string, reorder: number): void {
    this.#held.push(frame);
    if (this.#held.length < reorder) return;
    const frames = reorder > 0 ? this.#held.reverse() : this.#held;
    this.#held = [];
    for (const one of frames) this.#send(one);
  }

  /** Sends what was held back, in its right order. */
  flush(): void {
    const frames = this.#held;
    this.#held = [];
    for (const one of frames) this.#send(one);
  }

  /** A text frame as it is. */
  sendRaw(frame: string): void {
    this.#send(frame);
  }

  #send(frame: string): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
  }
}
