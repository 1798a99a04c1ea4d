import type { LocalUser } from "../seam.js";
import type {
  ApiAccount,
  ApiNotification,
  ApiStatus,
  PostOptions,
  SandboxUser,
} from "../surface.js";
import type { Access, Token } from "./access.js";
import { driverHeader, type HostParts } from "./context.js";
import { everyScope } from "./scopes.js";

interface UserParts extends Pick<HostParts, "api" | "baseUrl" | "driverKey"> {
  readonly access: Access;
  readonly domain: string;
}

/** A member as a test drives them, over the real network. */
export function createUser(user: LocalUser, parts: UserParts): SandboxUser {
  const { access, api, baseUrl, domain, driverKey } = parts;
  let main: Token = access.issue({ user, scopes: everyScope });

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const isForm = body instanceof FormData;
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${main.value}`,
        [driverHeader]: driverKey,
        ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path} of ${user.username} gave ${response.status}: ${text}`);
    }
    // The caller says what the route answers; there is nothing to check it against.
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async function find(acct: string): Promise<ApiAccount> {
    const query = new URLSearchParams({ q: acct, resolve: "true", type: "accounts" });
    const { accounts } = await call<{ accounts: readonly ApiAccount[] }>(
      "GET",
      `/api/v2/search?${query}`,
    );
    const wanted = acct.replace(/^@/, "").toLowerCase();
    const own = wanted.replace(`@${domain.toLowerCase()}`, "");
    const account = accounts.find((one) => [wanted, own].includes(one.acct.toLowerCase()));
    if (account === undefined) throw new Error(`${user.username} cannot find ${acct}.`);
    return account;
  }

  async function upload({ description, bytes, type }: NonNullable<PostOptions["media"]>[number]) {
    const form = new FormData();
    form.set("description", description);
    form.set("file", new Blob([new Uint8Array(bytes)], { type }), "file");
    const { id } = await call<{ id: string }>("POST", "/api/v2/media", form);
    return id;
  }

  return {
    username: user.username,
    acct: `${user.username}@${domain}`,
    get token() {
      return main.value;
    },
    issueToken(scopes) {
      const token = access.issue({ user, scopes });
      if (main.isRevoked) main = token;
      return token.value;
    },
    revokeTokens() {
      access.revokeAllOf(user);
    },
    async approve(authorizeUrl) {
      const response = await fetch(authorizeUrl, {
        method: "POST",
        headers: { accept: "application/json" },
        body: new URLSearchParams({ username: user.username }),
      });
      const answer: unknown = await response.json();
      if (typeof answer === "object" && answer !== null && "code" in answer) {
        return String(answer.code);
      }
      throw new Error(`${user.username} cannot approve: ${JSON.stringify(answer)}`);
    },
    api: call,
    async post(text, options = {}) {
      const mediaIds: string[] = [];
      for (const one of options.media ?? []) mediaIds.push(await upload(one));
      return await call<ApiStatus>("POST", "/api/v1/statuses", {
        status: text,
        visibility: options.visibility ?? "public",
        in_reply_to_id: options.inReplyTo,
        spoiler_text: options.spoilerText,
        sensitive: options.sensitive,
        language: options.language,
        media_ids: mediaIds.length === 0 ? undefined : mediaIds,
      });
    },
    async follow(acct) {
      const { id } = await find(acct);
      await call("POST", `/api/v1/accounts/${id}/follow`);
      await untilRelated(() => call("GET", `/api/v1/accounts/relationships?id[]=${id}`));
    },
    async unfollow(acct) {
      const { id } = await find(acct);
      await call("POST", `/api/v1/accounts/${id}/unfollow`);
    },
    async localStatus(uri) {
      const id = api.localStatusId(uri);
      if (id === undefined) throw new Error(`${domain} cannot find the status ${uri}.`);
      return await call<ApiStatus>("GET", `/api/v1/statuses/${id}`);
    },
    notifications: () => call<readonly ApiNotification[]>("GET", "/api/v1/notifications?limit=80"),
    home: () => call<readonly ApiStatus[]>("GET", "/api/v1/timelines/home?limit=40"),
    async statusesOf(acct) {
      const { id } = await find(acct);
      return await call<readonly ApiStatus[]>("GET", `/api/v1/accounts/${id}/statuses?limit=40`);
    },
  };
}

interface Relationship {
  readonly following: boolean;
  readonly requested: boolean;
}

async function untilRelated(ask: () => Promise<readonly Relationship[]>): Promise<void> {
  const deadline = performance.now() + 5_000;
  do {
    const [relationship] = await ask();
    if (relationship?.following || relationship?.requested) return;
    await new Promise((resolve) => setImmediate(resolve));
  } while (performance.now() < deadline);
  throw new Error("The follow was neither established nor requested within 5 s.");
}
