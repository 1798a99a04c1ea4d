import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import { startSandbox } from "../sandbox/index.js";
import { startTinyServer, type TinyAnswer, type TinyServer } from "../testing/tiny-server.js";
import { candidates } from "./discovery.js";
import {
  authorizeUrl,
  exchangeCode,
  findServer,
  registerApp,
  type SignInOptions,
  whoIs,
} from "./sign-in.js";

const signal = new AbortController().signal;
const options: SignInOptions = { version: "1.2.3", clock: systemClock, signal, timeoutMs: 2_000 };
const acct = "group@social.test" as Acct;

const servers: TinyServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function answering(answer: TinyAnswer, paths: Readonly<Record<string, TinyAnswer>> = {}) {
  const server = await startTinyServer(({ path }) => paths[path] ?? answer);
  servers.push(server);
  return server;
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof Error) return error.message;
  throw new Error("There was no error.");
}

describe("signing in", () => {
  it("leads from an address to a token that is the group's", async () => {
    await using sandbox = await startSandbox({ hosts: [{ domain: "social.test" }] });
    const host = sandbox.host("social.test");
    host.addUser({ username: "group" });
    const { baseUrl } = await findServer(acct, { ...options, baseUrl: `${host.baseUrl}/about` });
    expect(baseUrl).toBe(host.baseUrl);
    const app = await registerApp(baseUrl, options);
    expect(app.redirect).toBe("urn:ietf:wg:oauth:2.0:oob");

    const page = new URL(authorizeUrl(baseUrl, app.clientId));
    expect(Object.fromEntries(page.searchParams)).toEqual({
      client_id: app.clientId,
      scope: "read write follow",
      redirect_uri: app.redirect,
      response_type: "code",
      force_login: "true",
    });
    const decision = await fetch(`${baseUrl}/oauth/authorize`, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ ...Object.fromEntries(page.searchParams), username: "group" }),
    });
    const { code } = (await decision.json()) as { code: string };

    const { token } = await exchangeCode(baseUrl, app, ` ${code}\n`, options);
    expect(await whoIs(baseUrl, token, options)).toEqual({
      acct: "group",
      url: expect.stringContaining("group"),
    });
    expect(await messageOf(exchangeCode(baseUrl, app, code, options))).toMatch(
      /^127\.0\.0\.1:\d+ did not take the code; open the page again for a new one \(.*\)\.$/,
    );
  });
});

describe("findServer", () => {
  it("follows a redirect of the address that was given", async () => {
    const server = await answering({ body: { uri: "x", version: "4.0.0" } });
    const old = await answering({
      status: 301,
      headers: { location: `${server.baseUrl}/api/v1/instance` },
    });
    expect(await findServer(acct, { ...options, baseUrl: old.baseUrl })).toEqual({
      baseUrl: server.baseUrl,
    });
  });

  it("takes a server that shows itself to members only", async () => {
    const { baseUrl } = await answering({ status: 401, body: { error: "members only" } });
    expect(await findServer(acct, { ...options, baseUrl })).toEqual({ baseUrl });
  });

  it.each<[string, TinyAnswer]>([
    ["a page", { type: "text/html", body: "<html>" }],
    ["another API", { body: { hello: "world" } }],
    ["nothing of the kind", { status: 404 }],
    ["an error", { status: 500 }],
    ["nothing at all", "drop"],
  ])("says in one sentence that %s is no server for groups", async (_name, answer) => {
    const { baseUrl } = await answering(answer);
    expect(await messageOf(findServer(acct, { ...options, baseUrl }))).toMatch(
      /^No Mastodon API answers at http:\/\/127\.0\.0\.1:\d+ \(.+\)\. Check the address\.$/,
    );
  });

  it("says what an address looks like", async () => {
    expect(await messageOf(findServer(acct, { ...options, baseUrl: "http://" }))).toBe(
      '"http://" is not an address such as https://social.example.',
    );
  });

  it("says what to do when nobody knows the server", async () => {
    const message = await messageOf(findServer("group@nowhere.invalid" as Acct, options));
    expect(message).toMatch(/^No Mastodon API was found for group@nowhere\.invalid \(.+\)\. /);
    expect(message).toContain("--base");
  });

  it("ends when it is told to", async () => {
    const reason = new Error("bye");
    const ended = { ...options, signal: AbortSignal.abort(reason) };
    await expect(findServer(acct, ended)).rejects.toBe(reason);
  });
});

describe("candidates", () => {
  async function all(paths: Readonly<Record<string, TinyAnswer>>): Promise<readonly string[]> {
    const { baseUrl } = await answering({ status: 404 }, paths);
    const found: string[] = [];
    const http = { baseUrl, version: "1", clock: systemClock };
    for await (const origin of candidates(acct, http, signal)) found.push(origin);
    return found;
  }

  it("are the host itself, and nothing else where nothing points elsewhere", async () => {
    expect(await all({})).toEqual(["https://social.test"]);
  });

  it("come from host-meta, WebFinger and nodeinfo, each once, https only", async () => {
    const template = "https://a.social.test/.well-known/webfinger?resource={uri}";
    expect(
      await all({
        "/.well-known/host-meta": {
          type: "application/xrd+xml",
          body: `<?xml version="1.0"?><XRD><Link rel="lrdd" template="${template}"/></XRD>`,
        },
        "/.well-known/webfinger": {
          type: "application/jrd+json",
          body: {
            aliases: ["https://c.social.test/@group", 7],
            links: [
              {
                rel: "http://webfinger.net/rel/profile-page",
                href: "https://a.social.test/@group",
              },
              { rel: "self", href: "https://b.social.test/users/group" },
              { rel: "self", href: "http://insecure.social.test/users/group" },
              { rel: "other", href: "https://other.social.test" },
            ],
          },
        },
        "/.well-known/nodeinfo": {
          body: { links: [{ href: "https://d.social.test/nodeinfo/2.0" }] },
        },
      }),
    ).toEqual([
      "https://social.test",
      "https://a.social.test",
      "https://b.social.test",
      "https://c.social.test",
      "https://d.social.test",
    ]);
  });

  it("do without documents that are broken", async () => {
    expect(
      await all({
        "/.well-known/host-meta": { body: "<html>" },
        "/.well-known/webfinger": { body: "[" },
        "/.well-known/nodeinfo": { body: { links: {} } },
      }),
    ).toEqual(["https://social.test"]);
  });
});

describe("registerApp, exchangeCode and whoIs", () => {
  const app = { clientId: "id", clientSecret: "s3cret", redirect: "urn:ietf:wg:oauth:2.0:oob" };

  it("send forms that every server can read, and no token", async () => {
    const server = await answering(
      {},
      {
        "/api/v1/apps": { body: { client_id: "id", client_secret: "s3cret" } },
        "/oauth/token": { body: { access_token: "t0ken" } },
      },
    );
    expect(await registerApp(server.baseUrl, options)).toEqual(app);
    expect(await exchangeCode(server.baseUrl, app, "c0de", options)).toEqual({
      token: "t0ken",
      expiresAt: undefined,
    });
    const [registration, exchange] = server.requests.map(({ headers, body }) => ({
      type: headers["content-type"],
      authorization: headers.authorization,
      agent: headers["user-agent"],
      fields: Object.fromEntries(new URLSearchParams(body)),
    }));
    expect(registration).toMatchObject({
      type: expect.stringContaining("application/x-www-form-urlencoded"),
      authorization: undefined,
      agent: expect.stringContaining("fedigroups/1.2.3"),
      fields: {
        client_name: "fedigroups",
        redirect_uris: "urn:ietf:wg:oauth:2.0:oob",
        scopes: "read write follow",
      },
    });
    expect(exchange?.fields).toMatchObject({
      grant_type: "authorization_code",
      code: "c0de",
      client_id: "id",
      client_secret: "s3cret",
      redirect_uri: "urn:ietf:wg:oauth:2.0:oob",
    });
  });

  it("say in one sentence what went wrong, without secrets", async () => {
    const down = await answering({ status: 503, type: "text/html", body: "<html>" });
    const odd = await answering({ body: {} });
    const refusing = await answering({ status: 401, body: { error: "You sent t0ken" } });
    const messages = [
      await messageOf(registerApp(down.baseUrl, options)),
      await messageOf(exchangeCode(down.baseUrl, app, "c0de", options)),
      await messageOf(whoIs(down.baseUrl, "t0ken", options)),
      await messageOf(registerApp(odd.baseUrl, options)),
      await messageOf(exchangeCode(odd.baseUrl, app, "c0de", options)),
      await messageOf(whoIs(odd.baseUrl, "t0ken", options)),
      await messageOf(whoIs(refusing.baseUrl, "t0ken", options)),
    ];
    for (const message of messages) {
      expect(message).toMatch(/^127\.0\.0\.1:\d+ .*\.$/);
      expect(message).not.toMatch(/t0ken|c0de|s3cret/);
    }
    expect(messages[0]).toContain("try again later");
    expect(messages[6]).toContain("did not accept the token");
  });
});
