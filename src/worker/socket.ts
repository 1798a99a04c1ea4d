import type { StreamItem } from "../ports.js";
import { followSignal } from "./follow-signal.js";
import type { Inbox } from "./inbox.js";
import type { Session } from "./session.js";

/** How a socket came to its end. */
export interface SocketEnd {
  readonly because: "silent" | "server" | "error" | "us";
  readonly code: number | undefined;
  readonly error: unknown;
}

/** One socket of the stream, feeding the inbox for as long as it lives. */
export interface Socket {
  /** Resolves when it is open with `undefined`, or with why it could not be opened. Never rejects. */
  readonly opened: Promise<unknown>;
  /** Never rejects. */
  readonly ended: Promise<SocketEnd>;
  readonly isEnded: boolean;
  close(): void;
}

/** Opens a socket; once it is open a catch-up is queued before its first event. */
export function openSocket(
  { deps: { gateway, settings, witness } }: Session,
  inbox: Inbox,
  signal: AbortSignal,
): Socket {
  const hangUp = followSignal(signal);
  let isEnded = false;
  let report: (failure: unknown) => void = () => undefined;
  const opened = new Promise<unknown>((resolve) => {
    report = resolve;
  });
  const read = async (): Promise<SocketEnd> => {
    let last: StreamItem | undefined;
    try {
      const options = { aliveTimeoutMs: settings.socketAliveTimeoutMs };
      for await (const item of gateway.connect(options, hangUp.signal)) {
        last = item;
        if (item.kind === "connected") {
          inbox.push({ kind: "catch-up" });
          report(undefined);
        } else if (item.kind !== "closed") {
          witness({ kind: "arrived", event: item, source: "stream" });
          inbox.push(item);
        }
      }
      if (last?.kind === "closed") return { ...last, error: undefined };
      return { because: "us", code: undefined, error: undefined };
    } catch (error) {
      if (hangUp.signal.aborted) {
        return { because: "us", code: undefined, error: undefined };
      }
      return { because: "error", code: undefined, error };
    }
  };
  const ended = read().then((end) => {
    hangUp.release();
    isEnded = true;
    // Without effect when it was open before.
    report(end.error ?? new Error("The stream closed before it was open."));
    return end;
  });
  return {
    opened,
    ended,
    get isEnded() {
      return isEnded;
    },
    close: () => hangUp.abort(),
  };
}
