import { describe, expect, it } from "vitest";
import { excerpt, type Purpose, refused, retryAfter, unreachable } from "./classify.js";

const now = Date.UTC(2026, 10, 21, 12);

function answer(status: number, body = "", purpose: Purpose = "other", type = "application/json") {
  const headers = new Headers({ "content-type": type });
  return refused({ what: "GET host/x", status, headers, body, purpose, secret: "s3cret", now });
}

describe("refused", () => {
  it.each([
    [401, "auth"],
    [400, "permanent"],
    [403, "permanent"],
    [404, "permanent"],
    [405, "permanent"],
    [406, "permanent"],
    [410, "permanent"],
    [418, "permanent"],
    [422, "permanent"],
    [501, "permanent"],
    [302, "transient"],
    [408, "transient"],
    [425, "transient"],
    [429, "transient"],
    [500, "transient"],
    [502, "transient"],
    [503, "transient"],
    [504, "transient"],
  ] as const)("takes %i for %s", (status, failure) => {
    expect(answer(status)).toMatchObject({ failure, status });
  });

  it("does not know what a broken server did, but what a refusing one did not", () => {
    expect(answer(500).isOutcomeKnown).toBe(false);
    expect(answer(429).isOutcomeKnown).toBe(true);
    expect(answer(422).isOutcomeKnown).toBe(true);
    expect(answer(501).isOutcomeKnown).toBe(true);
  });

  it("does not know what became of what is answered by a redirect, or by no status that there is", () => {
    for (const status of [0, 302, 303, 307, 999]) expect(answer(status).isOutcomeKnown).toBe(false);
  });

  it("takes Pleroma's 403 and snac's empty 422 for a dead token, in whoAmI only", () => {
    expect(answer(403, '{"error":"Invalid credentials."}', "who-am-i").failure).toBe("auth");
    expect(answer(422, "", "who-am-i").failure).toBe("auth");
    expect(answer(422, '{"error":"no"}', "who-am-i").failure).toBe("permanent");
    expect(answer(404, "", "who-am-i").failure).toBe("permanent");
  });

  it.each([
    ['{"error":"Validation failed: Text too long"}', "Validation failed: Text too long"],
    ['{"error":"invalid_grant","error_description":"Wrong code."}', "invalid_grant: Wrong code."],
    ['{"error":{"name":"ZodError"}}', '{"name":"ZodError"}'],
    ['"just text"', "just text"],
    ["[1]", ""],
    ["{broken", ""],
    ["<html><body>Bad gateway</body></html>", ""],
  ])("tells what the server said: %s", (body, told) => {
    expect(answer(400, body).message).toBe(`GET host/x: 400 ${told}`.trim());
  });

  it("tells plain text, too", () => {
    expect(answer(404, "404 Not Found", "other", "text/plain; charset=UTF-8").message).toBe(
      "GET host/x: 404 404 Not Found",
    );
  });
});

describe("excerpt", () => {
  it("is one printable line without the token", () => {
    expect(excerpt("a\n\u0000b\u202e s3cret ?access_token=abc&x", "s3cret")).toBe(
      "a b … ?access_token=…&x",
    );
  });

  it("is short", () => {
    expect([...excerpt("🐘".repeat(5_000), undefined)]).toHaveLength(200);
  });
});

describe("retryAfter", () => {
  it.each([
    [{ "retry-after": "30" }, 30_000],
    [{ "retry-after": "Sat, 21 Nov 2026 12:01:00 GMT" }, 60_000],
    [{ "x-ratelimit-reset": "2026-11-21T12:02:00.000000Z" }, 120_000],
    [{ "x-ratelimit-reset": `${now / 1000 + 5}` }, 5_000],
    [{ "retry-after": "7", "x-ratelimit-reset": "2026-11-21T12:02:00Z" }, 7_000],
    [{ "retry-after": "soon", "x-ratelimit-reset": "2026-11-21T12:02:00Z" }, 120_000],
    [{ "retry-after": "86400" }, 900_000],
    [{ "retry-after": "0" }, 1_000],
    [{ "x-ratelimit-reset": "2026-11-21T11:00:00Z" }, undefined],
    [{ "x-ratelimit-reset": "2026-11-21T17:00:00Z" }, 900_000],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("reads %j", (headers, waitMs) => {
    expect(retryAfter(429, new Headers(headers), now)).toBe(waitMs);
  });

  it("goes by the server's clock", () => {
    const headers = new Headers({
      date: "Sat, 21 Nov 2026 15:00:00 GMT",
      "x-ratelimit-reset": "2026-11-21T15:00:10Z",
    });
    expect(retryAfter(429, headers, now)).toBe(10_000);
  });

  it("obeys Retry-After of a 503, and nothing of other answers", () => {
    const headers = new Headers({
      "retry-after": "5",
      "x-ratelimit-reset": "2026-11-21T15:00:10Z",
    });
    expect(retryAfter(503, headers, now)).toBe(5_000);
    expect(retryAfter(500, headers, now)).toBeUndefined();
  });
});

describe("unreachable", () => {
  it("knows that nothing was done when nothing was sent", () => {
    const refused = Object.assign(new Error(), { code: "ECONNREFUSED" });
    const error = unreachable("GET host/x", new AggregateError([refused]), false);
    expect(error).toMatchObject({ failure: "transient", isOutcomeKnown: true });
    expect(error.message).toBe("GET host/x: ECONNREFUSED");
  });

  it("does not know what happened to a broken connection", () => {
    for (const code of ["ECONNRESET", "ECONNREFUSED", "ERR_SSL_BAD_RECORD_TYPE"]) {
      const cause = Object.assign(new Error("socket hang up"), { code });
      expect(unreachable("GET host/x", cause).isOutcomeKnown).toBe(false);
    }
  });
});
