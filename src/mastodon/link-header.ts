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
    try {
      links.push(
        `<${new URL(href, base).href.replaceAll(",", "%2C")}>; rel="${rel.toLowerCase()}"`,
      );
    } catch {
      // Not a link, so not a page.
    }
  }
  return links.join(", ");
}

/** Where the next page begins, by a tidy header; `undefined` when there is none. */
export function maxIdAfter(header: string): string | undefined {
  const next = /<([^<>]*)>; rel="next"/u.exec(header)?.[1];
  if (next === undefined || !URL.canParse(next)) return undefined;
  return textOf(new URL(next).searchParams.get("max_id"));
}
