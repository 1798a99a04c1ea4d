import assert from "node:assert/strict";
import fc from "fast-check";
import { toUrl } from "../core/url.js";
import { GatewayError } from "../errors.js";
import { excerpt, refused, retryAfter, unreachable } from "../mastodon/classify.js";
import { json } from "../mastodon/http.js";
import { maxIdAfter, tidyLinks } from "../mastodon/link-header.js";
import { idOf, timeOf } from "../mastodon/odd.js";
import { claim, oddLetters, type Target, textOf } from "./property.js";

const now = Date.UTC(2026, 10, 21, 12);
const maxWaitMs = 15 * 60_000;
const secret = "s3cr3t-t0k3n";
const httpDate = fc
  .date({ min: new Date(now - 1e8), max: new Date(now + 1e8), noInvalidDate: true })
  .map((date) => date.toUTCString());
const headerText = fc.oneof(
  fc.constantFrom(
    "",
    "0",
    "1",
    "-1",
    "60",
    "1e3",
    "1.5",
    "NaN",
    "Infinity",
    "9".repeat(400),
    " 7 ",
  ),
  fc.constantFrom(
    "2026-11-21T12:05:00Z",
    "2026-11-21T12:05:00.000000Z",
    "1795262700",
    "soon",
    "0x10",
  ),
  httpDate,
  fc.stringMatching(/^[ -~]{0,20}$/u),
);
const headers = fc
  .dictionary(
    fc.constantFrom(
      "retry-after",
      "x-ratelimit-reset",
      "x-ratelimit-remaining",
      "date",
      "content-type",
    ),
    headerText,
  )
  .map((all) => new Headers(all));
const status = fc.oneof(
  fc.constantFrom(401, 403, 404, 422, 429, 500, 501, 503),
  fc.integer({ min: 300, max: 599 }),
);
const body = fc.oneof(
  textOf([
    "<html>",
    secret,
    `access_token=${secret}x`,
    "\n",
    " ",
    "x".repeat(300),
    '{"error":"',
    '"}',
    ...oddLetters,
  ]),
  fc.jsonValue().map((error) => JSON.stringify({ error, error_description: [secret, error] })),
  fc.constantFrom(
    '{"error":'.repeat(5_000),
    `{"error":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
    '"x"',
    "[]",
  ),
);
const what = "GET host.example/api/v1/x";

function checkMessage(message: string): void {
  assert.ok(message.startsWith(what));
  assert.ok([...message].length <= what.length + 210);
  assert.doesNotMatch(message, /[\p{Cc}\u2028\u2029\u202e]/u);
  assert.ok(!message.includes(secret));
}

const base = new URL("https://host.example/api/v1/x");
const address = fc
  .tuple(
    fc.constantFrom("https://host.example", "", "http://host.example:8080"),
    fc.constantFrom("/api/v1/x", "/api/v1/a,b", "/x?limit=40"),
    fc.option(fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/u), { nil: undefined }),
  )
  .map(([origin, path, maxId]) => {
    const query = maxId === undefined ? "" : `${path.includes("?") ? "&" : "?"}max_id=${maxId}`;
    return { href: `${origin}${path}${query}`, maxId };
  });
const separator = fc.constantFrom(", ", ",", " , ", ",\t");

/** Everything of an answer but its entities: status, headers, text. */
export const answers: Target = {
  name: "HTTP answers",
  properties: [
    claim(
      "the wait is between a second and a quarter of an hour",
      fc.tuple(status, headers),
      ([code, told]) => {
        const wait = retryAfter(code, told, now);
        if (code !== 429 && code !== 503) assert.equal(wait, undefined);
        if (wait !== undefined) assert.ok(wait >= 1000 && wait <= maxWaitMs);
      },
      400,
    ),
    claim(
      "a wait is the same in seconds, as a date, and when the server's clock is wrong",
      fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: -1e9, max: 1e9 })),
      ([seconds, skewS]) => {
        const serverNow = now + skewS * 1000;
        const date = new Date(serverNow).toUTCString();
        const at = serverNow + seconds * 1000;
        for (const told of [
          String(seconds),
          new Date(at).toUTCString(),
          new Date(at).toISOString(),
        ]) {
          assert.equal(
            retryAfter(429, new Headers({ "retry-after": told, date }), now),
            seconds * 1000,
          );
          const reset = { "x-ratelimit-reset": told, "x-ratelimit-remaining": "0", date };
          assert.equal(retryAfter(429, new Headers(reset), now), seconds * 1000);
        }
      },
    ),
    claim(
      "a refusal is one short line without the token, and says whose turn it is",
      fc.record({ status, headers, body, purpose: fc.constantFrom("who-am-i", "other") }),
      (refusal) => {
        const error = refused({ ...refusal, what, secret, now });
        checkMessage(error.message);
        assert.equal(
          error.failure === "auth",
          refusal.status === 401 || (error.failure === "auth" && refusal.purpose === "who-am-i"),
        );
        const isRefused = (refusal.status >= 400 && refusal.status < 500) || refusal.status === 501;
        assert.equal(error.isOutcomeKnown, isRefused);
      },
    ),
    claim("an excerpt is short and of one line, and is its own", body, (text) => {
      const once = excerpt(text, secret);
      assert.ok([...once].length <= 200);
      assert.equal(excerpt(once, secret), once);
      checkMessage(`${what} ${once}`);
    }),
    claim("no answer can be had: always the same kind of error", fc.anything(), (cause) => {
      const error = unreachable(what, cause);
      assert.equal(error.failure, "transient");
      assert.equal(typeof error.isOutcomeKnown, "boolean");
      assert.ok(error.message.startsWith(what));
    }),
    claim(
      "any bytes are JSON, or an error that keeps the work",
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new TextEncoder().encode(text)),
      ),
      (bytes) => {
        const answer = {
          status: 200,
          headers: new Headers(),
          bytes: new Uint8Array(bytes),
          url: base,
        };
        try {
          json({ method: "GET", url: base }, answer);
        } catch (error) {
          assert.ok(error instanceof GatewayError);
          assert.deepEqual([error.failure, error.isOutcomeKnown], ["transient", false]);
        }
      },
    ),
    claim(
      "the next page is where the header says",
      fc.tuple(address, address, separator, fc.boolean()),
      ([next, previous, comma, isFirst]) => {
        const links = [`<${next.href}>; rel="next"`, `<${previous.href}>;rel=prev`];
        const tidy = tidyLinks((isFirst ? links : links.toReversed()).join(comma), base);
        assert.equal(maxIdAfter(tidy), next.maxId);
        assert.equal(tidyLinks(tidy, base), tidy);
        assert.ok(!/<[^>]*,/u.test(tidy));
      },
    ),
    claim(
      "any header has pages with whole addresses, or none",
      textOf([
        "<",
        ">",
        ";",
        " ",
        ",",
        'rel="next"',
        "rel=prev",
        "/a",
        "https://b.example/?max_id=",
        "%",
        "\\",
        "[",
        "?max_id=1",
      ]),
      (header) => {
        const tidy = tidyLinks(header, base);
        assert.equal(tidyLinks(tidy, base), tidy);
        for (const [, href = ""] of tidy.matchAll(/<([^>]*)>/gu)) assert.ok(toUrl(href));
        assert.notEqual(maxIdAfter(tidy), "");
      },
    ),
    claim("an id is a short text, a time is a number", fc.anything(), (value) => {
      const id = idOf(value);
      assert.ok(id === undefined || (id.length > 0 && id.length <= 500));
      assert.ok(Number.isFinite(timeOf(value)));
    }),
  ],
};
