import type { WebSocket } from "ws";
import type { StreamEvent } from "../../seam.js";
import type { Token } from "../access.js";
import type { StreamBehaviour, StreamMessage, SubscribeOutcome } from "../behaviour.js";
import { isAllowed } from "../scopes.js";
import { fedStreams } from "./mastodon.js";

/** What a session needs of its host. */
export interface SessionParts {
  readonly behaviour: StreamBehaviour;
  /** The token with that value while it is good. */
  readonly findToken: (value: string) => Token | undefined;
  /** Called whenever something was sent. */
  readonly onSent: (session: Session) => void;
}

/** One open socket and what it has subscribed to. */
export class Session {
  readonly socket: WebSocket;
  /** False from a ping until its pong. */
  isAlive = true;
  readonly #parts: SessionParts;
  readonly #streams = new Set<string>();
  #token: Token | undefined;
  #held: string[] = [];

  constructor(socket: WebSocket, token: Token | undefined, parts: SessionParts) {
    this.socket = socket;
    this.#token = token;
    this.#parts = parts;
  }

  get token(): Token | undefined {
    return this.#token;
  }

  get username(): string | undefined {
    return this.#token?.user?.username;
  }

  /** Understands a message of the client's; what becomes of odd ones is the server's custom. */
  receive(text: string): void {
    const { behaviour } = this.#parts;
    const { say, drops } = behaviour.onText(text);
    if (say !== undefined) this.#send(say);
    if (drops === true) this.socket.terminate();
    if (say !== undefined || drops === true) return;
    const message = readMessage(text);
    if (message === undefined) return;
    const { type, stream, token } = message;
    const name = typeof stream === "string" ? stream : "";
    if (type === "subscribe" && behaviour.takesByMessage(name)) this.subscribe(stream);
    if (type === "unsubscribe" && typeof stream === "string" && behaviour.canUnsubscribe) {
      this.#answer({ type, stream }, this.#streams.delete(stream) ? "done" : "again");
    }
    if (type === "pleroma:authenticate" && behaviour.canAuthenticate) this.#signIn(token);
  }

  /** Subscribes; the client may be told how it went. */
  subscribe(stream: unknown, isByUrl = false): void {
    const name = typeof stream === "string" ? stream : "";
    const outcome = this.#outcomeOf(name);
    if (outcome === "done") this.#streams.add(name);
    if (outcome !== "done" || !isByUrl) this.#answer({ type: "subscribe", stream: name }, outcome);
  }

  /** The frames of an event for this socket. */
  framesOf(event: StreamEvent): readonly string[] {
    const { behaviour } = this.#parts;
    const isNotice = event.event === "notification" || event.event === "notifications_merged";
    const mayNotice = isAllowed(this.#token?.scopes ?? [], behaviour.noticeScope);
    const accountId = this.#token?.user?.accountId ?? "";
    const carriers = [...this.#streams].filter(
      (stream) =>
        (stream === "user" && (!isNotice || mayNotice)) ||
        (stream === "user:notification" && isNotice),
    );
    return (behaviour.sendsPerSubscription ? carriers : carriers.slice(0, 1)).map((stream) =>
      behaviour.frame(event, stream, accountId),
    );
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

  #outcomeOf(stream: string): SubscribeOutcome {
    const { behaviour } = this.#parts;
    if (!behaviour.isKnown(stream)) return "unknown";
    if (!fedStreams.includes(stream)) return "done";
    const token = this.#token;
    if (this.#streams.has(stream)) return "again";
    return token !== undefined && isAllowed(token.scopes, behaviour.scopeOf(stream))
      ? "done"
      : "forbidden";
  }

  #signIn(value: unknown): void {
    const token = typeof value === "string" ? this.#parts.findToken(value) : undefined;
    const outcome =
      this.#token !== undefined ? "again" : token === undefined ? "forbidden" : "done";
    this.#token ??= token;
    this.#answer({ type: "pleroma:authenticate", stream: "" }, outcome);
  }

  #answer(message: StreamMessage, outcome: SubscribeOutcome): void {
    const text = this.#parts.behaviour.reply(message, outcome);
    if (text !== undefined) this.#send(text);
  }

  #send(frame: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(frame);
    this.#parts.onSent(this);
  }
}

interface Message {
  readonly type?: unknown;
  readonly stream?: unknown;
  readonly token?: unknown;
}

/** `undefined` for what is no JSON object. A list of streams counts as its first. */
function readMessage(text: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const message: Message = value;
  const { stream } = message;
  return {
    ...message,
    stream: Array.isArray(stream) && message.type === "subscribe" ? stream[0] : stream,
  };
}
