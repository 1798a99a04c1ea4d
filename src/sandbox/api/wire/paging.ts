import type { ApiAnswer, ApiRequest } from "../../seam.js";
import { compareIds, parseCursor } from "../model/ids.js";
import { textOf } from "./input.js";

/** One page, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly limit: number;
  readonly links: NonNullable<ApiAnswer["links"]>;
}

/** How many items a request wants: never more than twice the default, as Mastodon. */
export function limitOf(query: ApiRequest["query"], standard: number, max = standard * 2): number {
  const wanted = textOf(query, "limit");
  if (wanted === undefined) return standard;
  const number = Math.abs(Number.parseInt(wanted, 10));
  return Number.isNaN(number) ? 0 : Math.min(number, max);
}

/**
 * Cuts a page out of a list that is newest first. `min_id` gives the page right above it,
 * `since_id` the newest page down to it.
 */
export function pageOf<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  query: ApiRequest["query"],
  limit: number,
): Page<T> {
  const maxId = cursor(query, "max_id");
  const minId = cursor(query, "min_id");
  const sinceId = minId ?? cursor(query, "since_id");
  const between = all.filter((item) => {
    const id = idOf(item);
    return (
      (maxId === undefined || isBelow(id, maxId)) && (sinceId === undefined || isAbove(id, sinceId))
    );
  });
  const items =
    minId === undefined
      ? between.slice(0, limit)
      : between.slice(Math.max(0, between.length - limit));
  return { items, limit, links: linksOf(items, idOf) };
}

/** Newest first, by id. */
export function newestFirst<T>(items: Iterable<T>, idOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareIds(idOf(b), idOf(a)));
}

/** An answer with a link to the next page only when this one is full, as most lists have it. */
export function fullPageOnly<T>(page: Page<T>): NonNullable<ApiAnswer["links"]> {
  return page.items.length === page.limit ? page.links : { minId: page.links.minId };
}

function linksOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
): NonNullable<ApiAnswer["links"]> {
  const first = items[0];
  const last = items.at(-1);
  if (first === undefined || last === undefined) return {};
  return { maxId: idOf(last), minId: idOf(first) };
}

function cursor(query: ApiRequest["query"], key: string): string | undefined {
  const text = textOf(query, key);
  return text === "" ? undefined : text;
}

function isBelow(id: string, cursor: string): boolean {
  return isNumber(id) ? BigInt(id) < parseCursor(cursor) : id < cursor;
}

function isAbove(id: string, cursor: string): boolean {
  return isNumber(id) ? BigInt(id) > parseCursor(cursor) : id > cursor;
}

function isNumber(id: string): boolean {
  return /^\d{1,20}$/.test(id);
}
