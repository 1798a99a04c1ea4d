import { toUrl } from "./url.js";

/** The address of a page, for comparing. */
export interface PageAddress {
  readonly host: string;
  /** Equal for addresses that differ in `http`/`https`, case of the host or a final slash only. */
  readonly key: string;
}

/** Reads an absolute web address; `undefined` when it is none. */
export function toPageAddress(url: string): PageAddress | undefined {
  const read = /^\s*https?:/i.test(url) ? toUrl(url) : undefined;
  if (read === undefined) return undefined;
  const { hostname, host, pathname, search } = read;
  return { host: hostname, key: host + pathname.replace(/\/$/, "") + search };
}
