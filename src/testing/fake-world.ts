import type { ApiRoute, HostApi, LocalUser, StreamEvent, World } from "../sandbox/seam.js";

/** A world of almost nothing: what it is asked it tells back. */
export interface FakeWorld extends World {
  /** How often each path was handled. */
  readonly handled: Map<string, number>;
  /** Sends an event to a user of the first host, as a post of somebody would. */
  publish(username: string, event: StreamEvent): void;
  /** Holds `POST /api/v1/statuses` until it resolves. */
  gate: Promise<void>;
}

/** Creates a world whose routes exercise the server, not Mastodon. */
export function createFakeWorld(): FakeWorld {
  const publishers: ((user: LocalUser, event: StreamEvent) => void)[] = [];
  const users = new Map<string, LocalUser>();
  const handled = new Map<string, number>();
  const world: FakeWorld = {
    handled,
    gate: Promise.resolve(),
    publish(username, event) {
      const user = users.get(username);
      if (user !== undefined) publishers[0]?.(user, event);
    },
    addHost(options, baseUrl, publish) {
      publishers.push(publish);
      return createHost(options.domain, baseUrl);
    },
  };

  function createHost(domain: string, baseUrl: string): HostApi {
    const count = (path: string) => {
      const times = (handled.get(path) ?? 0) + 1;
      handled.set(path, times);
      return times;
    };
    const echo: ApiRoute["handle"] = ({ params, query, body, files, viewer }) => ({
      status: 200,
      body: { params, query, body, files: Object.keys(files), viewer: viewer?.username ?? null },
    });
    const post: ApiRoute["handle"] = async ({ body: { status } }) => {
      const id = count("/api/v1/statuses");
      await world.gate;
      if (status === "bad") return { status: 422, body: { error: "No" } };
      return { status: 200, body: { id: String(id), content: status, domain, baseUrl } };
    };
    const route = (method: ApiRoute["method"], path: string, scope?: string): ApiRoute => ({
      method,
      path,
      scope,
      handle: echo,
    });
    return {
      routes: [
        route("GET", "/api/v1/accounts/:id"),
        route("GET", "/api/v1/accounts/verify_credentials", "read:accounts"),
        route("POST", "/api/v1/accounts/:id/mute", "write:mutes"),
        route("GET", "/api/v2/instance"),
        route("PATCH", "/api/v1/accounts/update_credentials", "write:accounts"),
        { ...route("DELETE", "/api/v1/statuses/:id", "write:statuses"), family: "deletes" },
        {
          ...route("POST", "/api/v1/statuses", "write:statuses"),
          ...{ family: "statuses", isIdempotent: true, handle: post },
        },
        {
          ...route("GET", "/api/v1/timelines/home", "read:statuses"),
          handle: () => ({ status: 200, body: [], links: { maxId: "10", minId: "20" } }),
        },
        {
          ...route("GET", "/api/v1/broken", "read"),
          handle: () => {
            throw new Error("A bug.");
          },
        },
      ],
      addUser({ username }) {
        const user = { accountId: String(users.size + 1), username };
        users.set(username, user);
        return user;
      },
      isFunctional: () => true,
      findUser: (username) => users.get(username),
      media: (path) =>
        path === "/media/dot.png"
          ? { bytes: new Uint8Array([1, 2]), type: "image/png" }
          : undefined,
      localStatusId: () => undefined,
    };
  }

  return world;
}
