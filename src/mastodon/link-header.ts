import { toUrl } from "../core/url.js";
import { textOf } from "./odd.js";

/**
 * The `next` and `prev` of a `Link` header, absolute and without commas: masto's paginator stops at
 * commas within a link and dies of a relative one.
 */
export function tidyLinks(header: string, base: URL): string {
  const links: string[] = [];
  for (const [, href = "", rel = ""] of header.matchAll(
    /<([^<>]*)>\s*;\s*rel="?(next|prev)"?/giu,
  )) {
    const url = toUrl(href, base);
    if (url === undefined) continue;
    links.push(`<${url.href.replaceAll(",", "%2C")}>; rel="${rel.toLowerCase()}"`);
  }
  return links.join(", ");
}

/** Where the next page begins, by a tidy header; `undefined` when there is none. */
export function maxIdAfter(header: string): string | undefined {
  const next = /<([^<>]*)>; rel="next"/u.exec(header)?.[1];
  return textOf(toUrl(next ?? "")?.searchParams.get("max_id"));
}
