import { parseJson } from "./client.js";
import { isObject } from "./odd.js";

/**
 * The frame as masto's stream reader wants it, or `undefined` when it holds nothing for us. masto
 * (measured, 7.12.0) ends the whole stream at a frame without `stream` (Pleroma's answers and
 * deletions), at an `error` frame, at a payload that is empty (GoToSocial's filters_changed) or not
 * JSON, and at text that is none (Akkoma's `pong`); it passes over what Akkoma labels `user:<id>`.
 */
export function adaptFrame(text: string): string | undefined {
  const frame = parsed(text);
  if (!isObject(frame)) return undefined;
  const { event, payload: told } = frame;
  if (event !== "update" && event !== "notification") return undefined;
  const payload = typeof told === "string" ? told : written(told);
  if (payload === undefined || !isObject(parsed(payload, parseJson))) return undefined;
  return JSON.stringify({ stream: ["user"], event, payload });
}

/** `undefined` also for what nests too deep: it can be read, but not be written. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function parsed(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
