import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { LocalUser, StreamEvent } from "../../seam.js";
import type { StreamFaults } from "../../surface.js";
import type { Token } from "../access.js";
import type { StreamBehaviour } from "../behaviour.js";
import type { RequestLog } from "../request-log.js";
import { type Arrival, type GateParts, goodToken, lookAt, problemOf } from "./gate.js";
import { refuseUpgrade } from "./refuse.js";
import { Session } from "./session.js";

interface HubOptions extends GateParts {
  readonly log: RequestLog;
  readonly pingIntervalMs: number;
  /** Is told of sockets that open and of frames that go out, at once. */
  readonly onWire: (kind: "socket" | "frame", username: string) => void;
}

/** The open sockets of one host. Events reach who is subscribed at that moment, nobody later. */
export class StreamHub {
  readonly faults: StreamFaults & { reset(): void };
  readonly #options: HubOptions;
  readonly #server: WebSocketServer;
  readonly #sessions = new Set<Session>();
  readonly #idle = new Map<Session, NodeJS.Timeout>();
  #pinging: NodeJS.Timeout | undefined;
  #isSilent = false;
  #isFrozen = false;
  #times = 1;
  #reorder = 0;
  #refusal: number | undefined;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      // Pongs are sent by hand: a frozen socket sends none.
      autoPong: false,
      ...(options.behaviour.streaming?.echoesProtocol === false
        ? { handleProtocols: () => false as const }
        : {}),
    });
    this.faults = this.#createFaults();
  }

  /** Begins to ping. */
  open(): void {
    if (this.#options.behaviour.streaming?.ping.when !== "always") return;
    this.#pinging = setInterval(() => {
      for (const session of this.#sessions) this.#ping(session);
    }, this.#options.pingIntervalMs);
  }

  /** Cuts every connection; clients see 1006. */
  shut(): void {
    clearInterval(this.#pinging);
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const session of this.#sessions) session.socket.terminate();
    this.#sessions.clear();
  }

  /** Answers a request for a socket. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const url = new URL(request.url ?? "/", "http://host");
    const arrival = lookAt(this.#options, request, url);
    const { token } = arrival;
    const record = this.#options.log.begin({
      method: request.method ?? "GET",
      url,
      headers: request.headers,
      username: token?.user?.username,
    });
    const { streaming, unknownRoute } = this.#options.behaviour;
    const { pathname: path } = url;
    const refusal =
      streaming === undefined
        ? unknownRoute({ method: "GET", path })
        : this.#refusalOf(request, arrival, streaming);
    if (refusal !== undefined || streaming === undefined) {
      const answer = refusal ?? { status: 404, body: undefined };
      record.status = answer.status;
      refuseUpgrade(socket, answer);
      return;
    }
    const findToken = (value: string) => goodToken(this.#options, value);
    const onSent = (session: Session) => {
      this.#options.onWire("frame", session.username ?? "");
      this.#waitIdle(session);
    };
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      record.status = 101;
      this.#admit(new Session(webSocket, token, { behaviour: streaming, findToken, onSent }), url);
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

  /** Closes the sockets that were opened with this token, without a code, if that is the custom. */
  kill(token: Token): void {
    if (this.#options.behaviour.streaming?.closesOnRevoke === false) return;
    for (const session of this.#sessions) {
      if (session.token === token) session.socket.close();
    }
  }

  #refusalOf(request: IncomingMessage, arrival: Arrival, streaming: StreamBehaviour) {
    if (this.#refusal !== undefined) return { status: this.#refusal, body: undefined };
    const { url, from } = arrival;
    const problem = problemOf(this.#options, request, arrival);
    if (problem === "limit") return this.#options.behaviour.rateLimits?.refusal;
    return problem && streaming.refuse(problem, { from, url });
  }

  #admit(session: Session, url: URL): void {
    const { socket } = session;
    this.#sessions.add(session);
    this.#options.onWire("socket", session.username ?? "");
    this.#waitIdle(session);
    socket.on("close", () => {
      this.#sessions.delete(session);
      clearTimeout(this.#idle.get(session));
      this.#idle.delete(session);
    });
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
    if (stream !== null) session.subscribe(stream, true);
    if (this.#isFrozen) socket.pause();
  }

  #ping(session: Session): void {
    const { streaming } = this.#options.behaviour;
    if (this.#isFrozen || streaming === undefined) return;
    if (!session.isAlive && streaming.ping.cutsMute) {
      session.socket.terminate();
      return;
    }
    session.isAlive = false;
    session.socket.ping(streaming.ping.payload);
  }

  /** Where only the idle are pinged, the wait begins anew with everything that is sent. */
  #waitIdle(session: Session): void {
    if (this.#options.behaviour.streaming?.ping.when !== "idle") return;
    clearTimeout(this.#idle.get(session));
    if (!this.#sessions.has(session)) return;
    const timer = setTimeout(() => {
      this.#ping(session);
      this.#waitIdle(session);
    }, this.#options.pingIntervalMs);
    this.#idle.set(session, timer);
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
