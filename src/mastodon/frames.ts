import { parseJson, renamed } from "./json.js";
import { isObject, type Odd } from "./odd.js";

/** What a frame brings, keys in camelCase. */
export interface StreamEvent {
  readonly event: "update" | "notification";
  readonly payload: Odd;
}

/**
 * Reads a frame, whatever the server calls the stream (Akkoma: `user:<id>`, Pleroma: nothing) and
 * whether its payload is text or not; `undefined` when it holds nothing for us or cannot be read.
 *
 * Not by masto's stream reader: it (measured, 7.12.0) ends the whole stream at a frame without
 * `stream`, at an `error` frame, at a payload that is empty (GoToSocial's filters_changed) or not
 * JSON, and at text that is none (Akkoma's `pong`). What is to be kept from it has to be read here
 * anyhow, and a second reading took half a millisecond of every event (bench/RESULTS.md).
 */
export function readFrame(text: string): StreamEvent | undefined {
  const frame = unlessThrown(() => JSON.parse(text));
  if (!isObject(frame)) return undefined;
  const { event, payload: told } = frame;
  if (event !== "update" && event !== "notification") return undefined;
  const payload = unlessThrown(() => (typeof told === "string" ? parseJson(told) : renamed(told)));
  return isObject(payload) ? { event, payload } : undefined;
}

/** No JSON, or nested too deep. */
function unlessThrown(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined;
  }
}
