import type { Json } from "../api/wire/view.js";
import type { ApiAnswer, ApiRequest, ApiRoute } from "../seam.js";

/** `POST /api/v1/statuses/:id/reblog` */
export type Endpoint = `${ApiRoute["method"]} /${string}`;

/** Answers in place of a route; `base` is what the route itself would do. */
export type Wrapper = (
  request: ApiRequest,
  base: ApiRoute["handle"],
) => ApiAnswer | Promise<ApiAnswer>;

/** The routes with some of them wrapped. */
export function wrapRoutes(
  routes: readonly ApiRoute[],
  wrappers: Readonly<Partial<Record<Endpoint, Wrapper>>>,
): readonly ApiRoute[] {
  return routes.map((route) => {
    const wrapper = wrappers[`${route.method} ${route.path}` as Endpoint];
    if (wrapper === undefined) return route;
    return { ...route, handle: (request) => wrapper(request, route.handle) };
  });
}

/** The routes without some of them; `/api/v1/lists*` takes all away that begin so. */
export function withoutRoutes(
  routes: readonly ApiRoute[],
  ...gone: readonly (Endpoint | `/${string}`)[]
): readonly ApiRoute[] {
  return routes.filter(
    ({ method, path }) =>
      !gone.some((one) =>
        one.endsWith("*")
          ? path.startsWith(one.slice(0, -1))
          : one === path || one === `${method} ${path}`,
      ),
  );
}

/** What another route of the same host answers. */
export async function askRoute(
  routes: readonly ApiRoute[],
  endpoint: Endpoint,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const route = routes.find(({ method, path }) => endpoint === `${method} ${path}`);
  return route === undefined ? { status: 404, body: "" } : await route.handle(request);
}

/** A thing without some of its keys. */
export function without(thing: Json, ...keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)));
}

/** One thing's value if it is an object, else an empty one. */
export function objectIn(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** The objects of a list. */
export function objectsIn(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The time with its fraction of a second cut off. */
export function wholeSeconds(ms: number): string {
  return new Date(Math.floor(ms / 1_000) * 1_000).toISOString();
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
