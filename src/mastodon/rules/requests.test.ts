import { describe, expect, it } from "vitest";
import type { AccountId, StatusId } from "../../core/model.js";
import { GatewayError } from "../../errors.js";
import { outgoing } from "../../testing/gateway-stage.js";
import { me, oddServer, rawAccount, rawStatus, recorded } from "../../testing/odd-server.js";
import type { TinyAnswer } from "../../testing/tiny-server.js";

const never = new AbortController().signal;
const one = "1" as StatusId;
const boost = "POST /api/v1/statuses/1/reblog";
const read = "GET /api/v1/statuses/1";
const write = "POST /api/v1/statuses";

/** How a call failed. */
async function failure(call: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw new Error("There was no GatewayError.", { cause: error });
}

describe("what is asked", () => {
  it("rule 13 (live G31, H5): visibility is always said, of boosts and posts alike", async () => {
    await using server = await oddServer({
      [boost]: { body: rawStatus("2") },
      [write]: { body: rawStatus("3", { mentions: [rawAccount("ann@far.test")] }) },
    });
    const { gateway, tiny } = server;
    await gateway.reblog(one, "unlisted", never);
    for (const visibility of ["public", "unlisted", "private", "direct"] as const) {
      await gateway.post(outgoing({ visibility, text: "@ann@far.test hi" }), never);
    }
    const said = tiny.requests.map(({ body }) => JSON.parse(body).visibility);
    expect(said).toEqual(["unlisted", "public", "unlisted", "private", "direct"]);
  });

  it("rule 19 (H7, S16): only a new post has an Idempotency-Key, a UUID of account and key", async () => {
    await using server = await oddServer({
      [boost]: { body: rawStatus("2") },
      [write]: { body: rawStatus("3") },
      "POST /api/v1/accounts/7/follow": { body: { id: "7" } },
    });
    const { gateway, tiny } = server;
    await gateway.reblog(one, "public", never);
    await gateway.follow("7" as AccountId, never);
    for (const key of ["a", "a", "b"]) await gateway.post(outgoing({ key }), never);
    const keys = tiny.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys.slice(0, 2)).toEqual([undefined, undefined]);
    expect(keys[2]).toMatch(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u);
    expect([keys[3] === keys[2], keys[4] === keys[2]]).toEqual([true, false]);
  });

  it("rule 31 (live G1, G49, H4): requests name us; without data there is neither body nor type", async () => {
    await using server = await oddServer({
      "POST /api/v1/statuses/1/unreblog": { body: rawStatus("1") },
    });
    await server.gateway.unreblog(one, never);
    const [asked] = server.tiny.requests;
    expect(asked?.headers["user-agent"]).toMatch(/^fedigroups\/1\.2\.3 /u);
    expect(asked?.headers).not.toHaveProperty("content-type");
    expect(asked?.body).toBe("");
  });

  it("rule 31: one gateway asks the same path again and again, never another", async () => {
    await using server = await oddServer({ [boost]: { body: rawStatus("2") } });
    for (let i = 0; i < 3; i++) await server.gateway.reblog(one, "public", never);
    expect(server.asked()).toEqual([boost, boost, boost]);
  });
});

describe("what comes back", () => {
  const page = { type: "text/html", body: "<!DOCTYPE html><h1>No</h1>" };
  it.each<[string, TinyAnswer, object]>([
    ["404", { status: 404, ...page }, { failure: "permanent", isOutcomeKnown: true }],
    ["403", { status: 403 }, { failure: "permanent" }],
    ["400", { status: 400 }, { failure: "permanent" }],
    ["422", { status: 422 }, { failure: "permanent" }],
    ["401", { status: 401 }, { failure: "auth" }],
    ["429", { status: 429 }, { failure: "transient", isOutcomeKnown: true }],
    ["500 without a word", { status: 500, body: "" }, { failure: "transient", status: 500 }],
    ["502 as a page", { status: 502, ...page }, { failure: "transient", isOutcomeKnown: false }],
    ["503 as text", { status: 503, type: "text/plain", body: "busy" }, { failure: "transient" }],
    ["200 as a page", page, { failure: "transient", isOutcomeKnown: false }],
    ["a broken connection", "drop", { failure: "transient", isOutcomeKnown: false }],
  ])(
    "rule 15 (B9): a boost answered with %s is judged by that alone",
    async (_what, answer, is) => {
      await using server = await oddServer({ [boost]: answer, [read]: { body: rawStatus("1") } });
      expect(await failure(server.gateway.reblog(one, "public", never))).toMatchObject(is);
    },
  );

  it.each([400, 403, 404, 422])(
    "rule 15: after a boost refused with %i the status is asked once, and believed",
    async (status) => {
      await using server = await oddServer({
        [boost]: { status },
        [read]: (_, nth) => ({ body: rawStatus("1", { reblogged: nth > 0 }) }),
      });
      await expect(server.gateway.reblog(one, "public", never)).rejects.toMatchObject({ status });
      await server.gateway.reblog(one, "public", never);
      expect(server.asked()).toEqual([boost, read, boost, read]);
    },
  );

  it("rule 17 (live G29): the words of an error mean nothing, whatever their language", async () => {
    const texts = ["This action is not allowed", "Tato akce není povolena", "許可されていません"];
    for (const error of [...texts, { name: "ZodError" }, "The access token was revoked", 7, null]) {
      await using server = await oddServer({
        [write]: { status: 422, body: { error } },
        [me]: { status: 422, body: { error } },
      });
      const refused = await failure(server.gateway.post(outgoing(), never));
      expect([refused.failure, refused.status]).toEqual(["permanent", 422]);
      expect((await failure(server.gateway.whoAmI(never))).failure).toBe("permanent");
    }
  });

  it.each<[string, TinyAnswer]>([
    ["Mastodon", { status: 401, body: { error: "The access token was revoked" } }],
    ["Pleroma", { status: 403, body: { error: "Invalid credentials." } }],
    ["a disabled account", { status: 403, body: { error: "Your login is currently disabled" } }],
    ["snac, 422 and empty (S10)", recorded("snac", "010-401-bad-token")],
    ["Hollo (H6)", recorded("hollo", "010-401-bad-token")],
    ["GoToSocial (live G4)", recorded("gotosocial", "rest-401-bad-token")],
  ])("rule 16: a dead token is known by the status of whoAmI: %s", async (_who, answer) => {
    await using server = await oddServer({ [me]: answer });
    expect((await failure(server.gateway.whoAmI(never))).failure).toBe("auth");
  });

  it("rule 18 (live G42): a reset counts where its window is used up, Retry-After always", async () => {
    const reset = new Date(Date.now() + 60_000).toISOString();
    const limits = (remaining: string) => ({
      "x-ratelimit-reset": reset,
      "x-ratelimit-remaining": remaining,
    });
    for (const [headers, least, most] of [
      [limits("0"), 50_000, 61_000],
      [{ ...limits("0"), "retry-after": "7" }, 7000, 7000],
      [{ ...limits("12"), "retry-after": "7" }, 7000, 7000],
    ] as const) {
      await using server = await oddServer({ [boost]: { status: 429, headers } });
      const { retryAfterMs = 0 } = await failure(server.gateway.reblog(one, "public", never));
      expect(retryAfterMs).toBeGreaterThanOrEqual(least);
      expect(retryAfterMs).toBeLessThanOrEqual(most);
    }
    for (const headers of [limits("12"), {}]) {
      await using server = await oddServer({ [boost]: { status: 429, headers } });
      const { retryAfterMs } = await failure(server.gateway.reblog(one, "public", never));
      expect(retryAfterMs).toBeUndefined();
    }
  });

  it("rule 30: no error shows the token, not even where the server repeats it", async () => {
    await using server = await oddServer({
      [boost]: { status: 400, body: { error: "bad s3cret in ?access_token=s3cret&x" } },
      [read]: { status: 500, type: "text/plain", body: "Bearer s3cret" },
    });
    for (const call of [
      server.gateway.status(one, never),
      server.gateway.reblog(one, "public", never),
    ]) {
      const { message, stack } = await failure(call);
      expect(`${message} ${stack}`).not.toContain("s3cret");
    }
  });

  it("rule 31 (S17, H18): a server that never answers is given up after the time allowed", async () => {
    await using server = await oddServer({ [write]: "hang" }, { requestTimeoutMs: 50 });
    expect(await failure(server.gateway.post(outgoing(), never))).toMatchObject({
      failure: "transient",
      isOutcomeKnown: false,
    });
  });

  it("rule 31 (H6, H14): a 2xx that is no status is no success, and an odd one is", async () => {
    await using server = await oddServer({
      [write]: (_, nth) => (nth === 0 ? { body: {} } : { type: "text/html", body: '{"id":"9"}' }),
    });
    expect((await failure(server.gateway.post(outgoing(), never))).isOutcomeKnown).toBe(false);
    expect(await server.gateway.post(outgoing(), never)).toBe("9");
  });
});
