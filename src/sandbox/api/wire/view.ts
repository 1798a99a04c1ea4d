import type { Account, Host } from "../model/model.js";

/** A thing as it goes over the wire. */
export type Json = Readonly<Record<string, unknown>>;

/** Through whose eyes a thing is serialised. */
export interface View {
  readonly host: Host;
  readonly viewer: Account | undefined;
}

/** The time as Mastodon writes it. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
