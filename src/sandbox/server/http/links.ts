import type { ApiAnswer } from "../../seam.js";

/** The Link header of a page: the request's own address with another cursor. */
export function linkHeader(
  requestUrl: string,
  baseUrl: string,
  links: NonNullable<ApiAnswer["links"]>,
): string | undefined {
  const parts: string[] = [];
  const add = (name: "max_id" | "min_id" | "since_id", id: string | undefined, rel: string) => {
    if (id === undefined) return;
    const { pathname, search } = new URL(requestUrl);
    const url = new URL(`${baseUrl}${pathname}${links.dropsQuery === true ? "" : search}`);
    for (const other of ["max_id", "min_id", "since_id", "page", "access_token"]) {
      url.searchParams.delete(other);
    }
    url.searchParams.set(name, id);
    parts.push(`<${url}>; rel="${rel}"`);
  };
  add("max_id", links.maxId, "next");
  add("min_id", links.minId, "prev");
  add("since_id", links.sinceId, "prev");
  return parts.length === 0 ? undefined : parts.join(", ");
}
