import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { LocalUser, StreamEvent } from "../../seam.js";
import type { StreamFaults } from "../../surface.js";
import type { Access, Token } from "../access.js";
import type { RequestLog } from "../request-log.js";
import { refuseUpgrade } from "./refuse.js";
import { Session } from "./session.js";

interface HubOptions {
  readonly access: Access;
  readonly log: RequestLog;
  readonly hasStreaming: boolean;
  readonly pingIntervalMs: number;
}

/** The open sockets of one host. Events reach who is subscribed at that moment, nobody later. */
export class StreamHub {
  readonly faults: StreamFaults & { reset(): void };
  readonly #options: HubOptions;
  // Pongs are sent by hand: a frozen socket sends none.
  readonly #server = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #sessions = new Set<Session>();
  #pinging: NodeJS.Timeout | undefined;
  #isSilent = false;
  #isFrozen = false;
  #times = 1;
  #reorder = 0;
  #refusal: number | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.faults = this.#createFaults();
  }

  /** Begins to ping. */
  open(): void {
    this.#pinging = setInterval(() => this.#pingAll(), this.#options.pingIntervalMs);
  }

  /** Cuts every connection; clients see 1006. */
  shut(): void {
    clearInterval(this.#pinging);
    for (const session of this.#sessions) session.socket.terminate();
    this.#sessions.clear();
  }

  /** Answers a request for a socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://host");
    const { token, problem } = this.#authenticate(request, url);
    const record = this.#options.log.begin({
      method: request.method ?? "GET",
      url,
      headers: request.headers,
      username: token?.user?.username,
    });
    const refusal = this.#refusalOf(url, token);
    if (refusal !== undefined || token === undefined) {
      record.status = refusal ?? 401;
      refuseUpgrade(socket, record.status, record.status === 401 ? problem : undefined);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      record.status = 101;
      this.#admit(new Session(webSocket, token), url);
    });
  }

  /** Sends an event to the user's sockets. */
  publish(user: LocalUser, event: StreamEvent): void {
    if (this.#isSilent || this.#isFrozen) return;
    for (const session of this.#of(user.username)) {
      for (const frame of session.framesOf(event)) {
        for (let sent = 0; sent < this.#times; sent++) session.deliver(frame, this.#reorder);
      }
    }
  }

  /** Closes the sockets that were opened with this token, without a code. */
  kill(token: Token): void {
    for (const session of this.#sessions) {
      if (session.token === token) session.socket.close();
    }
  }

  #refusalOf(url: URL, token: Token | undefined): number | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const isOurs = /^\/api\/v1\/streaming(\/|$)/.test(url.pathname);
    if (!isOurs || !this.#options.hasStreaming) return 404;
    return token === undefined ? 401 : undefined;
  }

  #authenticate(request: IncomingMessage, url: URL): { token?: Token; problem?: string } {
    const value =
      request.headers.authorization?.replace(/^Bearer /i, "") ??
      url.searchParams.get("access_token") ??
      request.headers["sec-websocket-protocol"];
    if (value === undefined) return { problem: "Missing access token" };
    const token = this.#options.access.findToken(value);
    if (token === undefined || token.isRevoked || token.user === undefined) {
      return { problem: "Invalid access token" };
    }
    return { token };
  }

  #admit(session: Session, url: URL): void {
    const { socket } = session;
    this.#sessions.add(session);
    socket.on("close", () => this.#sessions.delete(session));
    socket.on("error", () => socket.terminate());
    socket.on("pong", () => {
      session.isAlive = true;
    });
    socket.on("ping", (data: Buffer) => {
      if (!this.#isFrozen) socket.pong(data);
    });
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (isBinary) socket.close(1003, "Text frames only");
      else session.receive(data.toString());
    });
    const stream = url.searchParams.get("stream");
    if (stream !== null) session.subscribe(stream);
    if (this.#isFrozen) socket.pause();
  }

  #pingAll(): void {
    if (this.#isFrozen) return;
    for (const session of this.#sessions) {
      if (!session.isAlive) {
        session.socket.terminate();
        continue;
      }
      session.isAlive = false;
      session.socket.ping();
    }
  }

  #of(username: string | undefined): readonly Session[] {
    return [...this.#sessions].filter(
      (session) => username === undefined || session.username === username,
    );
  }

  #createFaults(): StreamFaults & { reset(): void } {
    const faults = {
      count: (username?: string) => this.#of(username).filter(isOpen).length,
      drop: (username?: string, code?: number) => {
        for (const { socket } of this.#of(username)) {
          if (code === undefined) socket.terminate();
          else socket.close(code);
        }
      },
      silence: (isSilent: boolean) => {
        this.#isSilent = isSilent;
      },
      freeze: (isFrozen: boolean) => {
        this.#isFrozen = isFrozen;
        for (const session of this.#sessions) {
          session.isAlive = true;
          if (isFrozen) session.socket.pause();
          else session.socket.resume();
        }
      },
      repeat: (times: number) => {
        this.#times = times;
      },
      reorder: (count: number) => {
        this.#reorder = count;
        for (const session of this.#sessions) session.flush();
      },
      sendRaw: (username: string, frame: string) => {
        if (this.#isFrozen) return;
        for (const session of this.#of(username)) session.sendRaw(frame);
      },
      refuse: (status: number | undefined) => {
        this.#refusal = status;
      },
      reset: () => {
        faults.silence(false);
        faults.freeze(false);
        faults.repeat(1);
        faults.reorder(0);
        faults.refuse(undefined);
      },
    };
    return faults;
  }
}

function isOpen({ socket }: { readonly socket: WebSocket }): boolean {
  return socket.readyState === socket.OPEN;
}
