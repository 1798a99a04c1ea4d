/** The address of a page, for comparing. */
export interface PageAddress {
  readonly host: string;
  /** Equal for addresses that differ in `http`/`https`, case of the host or a final slash only. */
  readonly key: string;
}

/** Reads an absolute web address; `undefined` when it is none. */
export function toPageAddress(url: string): PageAddress | undefined {
  if (!/^\s*https?:/i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname, host, pathname, search } = new URL(url);
  return { host: hostname, key: host + pathname.replace(/\/$/, "") + search };
}
