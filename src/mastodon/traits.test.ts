import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { asMasto, fixture, type RecordedServer } from "../testing/fixtures.js";
import { startTinyServer, type TinyAnswer } from "../testing/tiny-server.js";
import type { HttpOptions } from "./http.js";
import { deduce, learnTraits } from "./traits.js";

const never = new AbortController().signal;

function options(baseUrl: string): HttpOptions {
  return { baseUrl, token: "t", version: "1", clock: systemClock };
}

/** A server that answers with these paths, and 404 elsewhere. */
function answering(paths: Readonly<Record<string, TinyAnswer>>) {
  return startTinyServer(
    ({ path }) => paths[path] ?? { status: 404, type: "text/html", body: "<h1>404" },
  );
}

function recorded(server: RecordedServer, name: string): TinyAnswer {
  const { status, body, headers } = fixture(server, name);
  return { status, body, type: headers["content-type"] ?? "" };
}

function nodeinfo(name: string, version = "1.0"): Readonly<Record<string, TinyAnswer>> {
  const href = "/nodeinfo/2.0";
  const rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
  return {
    "/.well-known/nodeinfo": { body: { links: [{ rel, href }] } },
    [href]: { body: { software: { name, version } } },
  };
}

const usual = {
  isGuess: false,
  hasContentWarnings: true,
  pageSize: 40,
  tellsOwnBoosts: true,
  boostsByItself: false,
  limits: expect.any(Array),
};

describe("learnTraits", () => {
  it("learns GoToSocial", async () => {
    await using server = await answering({
      "/api/v1/instance": recorded("gotosocial", "instance-v1"),
      "/api/v2/instance": recorded("gotosocial", "instance-v2"),
      ...nodeinfo("gotosocial", "0.20.0"),
    });
    expect(await learnTraits(options(server.baseUrl), never)).toEqual({
      software: "gotosocial 0.20.0",
      maxCharacters: 5000,
      tellsMaxCharacters: true,
      counting: "code-points",
      format: "markdown-on-request",
      // It says wss: though it speaks plain HTTP.
      streamingUrl: "ws://127.0.0.1:8081",
      takesStreamHeader: true,
      hasIdempotencyKey: false,
      hasNotificationFilter: false,
      ...usual,
    });
  });

  it("learns Hollo, which has no stream", async () => {
    await using server = await answering({
      "/api/v1/instance": recorded("hollo", "001-instance-v1"),
      "/api/v2/instance": recorded("hollo", "002-instance-v2"),
      ...nodeinfo("hollo", "0.10.0"),
    });
    expect(await learnTraits(options(server.baseUrl), never)).toEqual({
      software: "hollo 0.10.0",
      maxCharacters: 10_000,
      tellsMaxCharacters: true,
      counting: "code-points",
      format: "markdown-always",
      streamingUrl: undefined,
      takesStreamHeader: false,
      hasIdempotencyKey: true,
      hasNotificationFilter: false,
      ...usual,
    });
  });

  it("learns snac, which has no second instance document and lies about its stream", async () => {
    await using server = await answering({
      "/api/v1/instance": recorded("snac", "001-instance-v1"),
      "/api/v2/instance": recorded("snac", "002-instance-v2"),
      ...nodeinfo("snac", "2.96"),
    });
    expect(await learnTraits(options(server.baseUrl), never)).toEqual({
      software: "snac 2.96",
      maxCharacters: 100_000,
      tellsMaxCharacters: true,
      counting: "code-points",
      format: "light-markup",
      streamingUrl: undefined,
      takesStreamHeader: false,
      hasIdempotencyKey: false,
      hasNotificationFilter: false,
      ...usual,
    });
  });

  it.each([
    { nodeinfo: { status: 502 }, isGuess: true },
    { nodeinfo: { status: 429 }, isGuess: true },
    { nodeinfo: { status: 200, type: "text/html", body: "<p>Bad gateway" }, isGuess: false },
    { nodeinfo: { status: 404 }, isGuess: false },
    { nodeinfo: { body: {} }, isGuess: false },
  ])("says whether it guesses, at nodeinfo $nodeinfo", async ({ nodeinfo: answer, isGuess }) => {
    await using server = await answering({
      "/api/v2/instance": { body: {} },
      "/.well-known/nodeinfo": answer,
    });
    expect((await learnTraits(options(server.baseUrl), never)).isGuess).toBe(isGuess);
  });

  it.each([404, 405, 418, 501, 403, 401])("takes %i for having no policy", async (status) => {
    await using server = await answering({
      "/api/v2/instance": { body: {} },
      "/api/v2/notifications/policy": { status },
    });
    const traits = await learnTraits(options(server.baseUrl), never);
    expect(traits.hasNotificationFilter).toBe(false);
  });

  it("takes a page for having no second instance document", async () => {
    await using server = await answering({
      "/api/v2/instance": { type: "text/html", body: "<html>" },
      "/api/v1/instance": { body: { max_toot_chars: 777 } },
    });
    expect((await learnTraits(options(server.baseUrl), never)).maxCharacters).toBe(777);
  });

  it("guesses nothing while the server is down", async () => {
    await using server = await answering({ "/api/v2/instance": { status: 502 } });
    await expect(learnTraits(options(server.baseUrl), never)).rejects.toMatchObject({
      failure: "transient",
    });
  });

  it("does without nodeinfo, whatever is in its place", async () => {
    for (const body of ["<html>", { links: [{ href: 7 }] }, { links: "x" }, []]) {
      await using server = await answering({
        "/api/v2/instance": { body: { version: "4.5.0" } },
        "/.well-known/nodeinfo": { body },
      });
      expect((await learnTraits(options(server.baseUrl), never)).software).toBe("4.5.0");
    }
  });
});

describe("deduce", () => {
  const statuses = { max_characters: 500, characters_reserved_per_url: 23 };
  const learn = (docs: readonly object[], name?: string, baseUrl = "https://social.test") =>
    deduce(docs.map(asMasto), name === undefined ? undefined : { name, version: "1" }, baseUrl);

  it("knows Mastodon 4.2, which tells no API versions", () => {
    const doc = {
      version: "4.2.0",
      configuration: { statuses, urls: { streaming: "wss://s.test" } },
    };
    expect(learn([doc], "mastodon")).toMatchObject({
      software: "mastodon 1",
      maxCharacters: 500,
      counting: "mastodon",
      format: "plain",
      streamingUrl: "wss://s.test",
      hasIdempotencyKey: true,
    });
  });

  it("knows glitch, which takes markdown", () => {
    const doc = {
      version: "4.6.5+glitch",
      api_versions: { mastodon: 11, glitch: 1 },
      configuration: { statuses },
    };
    expect(learn([doc], "mastodon")).toMatchObject({
      format: "markdown-on-request",
      counting: "mastodon",
    });
  });

  it("knows Pleroma", () => {
    const doc = {
      version: "2.7.2 (compatible; Pleroma 2.7.0-1)",
      max_toot_chars: 5000,
      pleroma: { metadata: { post_formats: ["text/plain", "text/html", "text/markdown"] } },
      configuration: { statuses: { max_characters: 5000, characters_reserved_per_url: 23 } },
      urls: { streaming_api: "wss://p.test/socket/" },
    };
    expect(learn([doc])).toMatchObject({
      software: "Pleroma 2.7.2 (compatible; Pleroma 2.7.0-1)",
      maxCharacters: 5000,
      tellsMaxCharacters: true,
      counting: "code-points",
      format: "markdown-on-request",
      streamingUrl: "wss://p.test/socket",
      hasIdempotencyKey: true,
    });
  });

  it("knows Akkoma, which tells nothing but max_toot_chars", () => {
    const doc = {
      version: "2.7.2 (compatible; Akkoma 3.16.0)",
      max_toot_chars: 9000,
      pleroma: { metadata: { post_formats: ["text/markdown"] } },
    };
    expect(learn([doc], "akkoma")).toMatchObject({
      maxCharacters: 9000,
      format: "markdown-on-request",
      hasIdempotencyKey: true,
      streamingUrl: "wss://social.test",
    });
  });

  it.each([
    ["takahe", "plain", false],
    ["friendica", "markdown-always", false],
    ["sharkey", "markdown-always", false],
    ["Iceshrimp.NET", "markdown-always", true],
    ["mitra", "markdown-always", true],
    ["something-new", "plain", false],
  ] as const)("knows %s", (name, format, hasIdempotencyKey) => {
    expect(learn([{ configuration: { statuses } }], name)).toMatchObject({
      format,
      hasIdempotencyKey,
      counting: "code-points",
    });
  });

  it("knows who shows no content warnings", () => {
    for (const [name, hasContentWarnings] of [
      ["mitra", false],
      ["friendica", false],
      ["hollo", true],
    ] as const) {
      expect(learn([{ configuration: { statuses } }], name)).toMatchObject({ hasContentWarnings });
    }
  });

  it.each([
    ["wss://other.test", "https://social.test", "wss://other.test"],
    ["ws://social.test", "https://social.test", "wss://social.test"],
    ["https://social.test/", "https://social.test", "wss://social.test"],
    ["wss://127.0.0.1:8081", "http://127.0.0.1:8081", "ws://127.0.0.1:8081"],
    ["ftp://social.test", "https://social.test", undefined],
    ["wss://", "https://social.test", undefined],
    ["", "https://social.test", "wss://social.test"],
  ])("reads the stream's address %s of %s", (streaming, baseUrl, expected) => {
    const doc = { configuration: { urls: { streaming } } };
    expect(learn([doc], "mastodon", baseUrl).streamingUrl).toBe(expected);
  });

  it.each([
    [500.9, 500],
    [2 ** 53, Number.MAX_SAFE_INTEGER],
    [Number.MAX_VALUE, Number.MAX_SAFE_INTEGER],
    [Number.POSITIVE_INFINITY, 500],
    [0.5, 500],
  ])("can count up to the length of a post, where it is told %d", (told, maxCharacters) => {
    const doc = { configuration: { statuses: { max_characters: told } } };
    expect(learn([doc]).maxCharacters).toBe(maxCharacters);
  });

  it("stays cautious with nonsense", () => {
    const nonsense = {
      configuration: { statuses: { max_characters: "many" } },
      max_toot_chars: -1,
      version: 7,
    };
    for (const docs of [[], [{}], [[]], [nonsense]]) {
      expect(learn(docs)).toMatchObject({
        software: "unknown",
        maxCharacters: 500,
        counting: "code-points",
        format: "plain",
        streamingUrl: "wss://social.test",
        hasIdempotencyKey: false,
      });
    }
  });
});
