import { html } from "hono/html";
import type { Html } from "../web/live.js";

/** The time of day, as the machine's own clock shows it. */
export function stamp(at: number | string): Html {
  const date = new Date(at);
  return html`<time datetime="${date.toISOString()}">${date.toTimeString().slice(0, 8)}</time>`;
}
