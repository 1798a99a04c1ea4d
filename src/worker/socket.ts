import type { Stream, StreamItem } from "../ports.js";
import type { Inbox } from "./inbox.js";
import type { Session } from "./session.js";

/** How a socket came to its end. */
export interface SocketEnd {
  readonly because: "silent" | "server" | "error" | "us";
  readonly code?: number;
  readonly error?: unknown;
}

/** One socket of the stream that is open, feeding the inbox for as long as it lives. */
export class Socket {
  #stream: Stream | undefined;
  #end: SocketEnd | undefined;
  #tellEnd: (end: SocketEnd) => void = () => undefined;

  private constructor() {}

  /** Once it is open a catch-up is queued before its first event. @throws GatewayError; the signal's reason */
  static async open(
    { deps: { gateway, settings, witness } }: Session,
    inbox: Inbox,
    signal: AbortSignal,
  ): Promise<Socket> {
    const socket = new Socket();
    const take = (item: StreamItem) => {
      if (item.kind === "connected") inbox.push({ kind: "catch-up" });
      else if (item.kind === "closed") socket.#endAs(item);
      else {
        witness({ kind: "arrived", event: item, source: "stream" });
        inbox.push(item);
      }
    };
    const options = { aliveTimeoutMs: settings.socketAliveTimeoutMs };
    socket.#stream = await gateway.connect(options, take, signal);
    return socket;
  }

  get isEnded(): boolean {
    return this.#end !== undefined;
  }

  /** Calls back once, when it is over or was already; whoever asked before is not told. */
  onEnd(tell: (end: SocketEnd) => void): void {
    this.#tellEnd = tell;
    if (this.#end !== undefined) tell(this.#end);
  }

  close(): void {
    this.#stream?.close();
    this.#endAs({ because: "us" });
  }

  #endAs(end: SocketEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#tellEnd(end);
  }
}
