import { describe, expect, it } from "vitest";
import { GatewayError } from "./errors.js";
import { createLog, type LogOptions, levelFor, Secrets } from "./log.js";
import { createPretty } from "./log-for-people.js";

const token = "tok-en+with/odd=signs_0123456789";

function record(options: Partial<LogOptions> = {}) {
  const secrets = new Secrets();
  secrets.add(token);
  const texts: string[] = [];
  const log = createLog({
    ...{ level: "info", secrets },
    ...options,
    write: (text) => texts.push(text),
  });
  const entries = (): readonly Record<string, unknown>[] => texts.map((text) => JSON.parse(text));
  return { log, texts, entries };
}

describe("levelFor", () => {
  it.each([
    { more: 0, less: 0, level: "info" },
    { more: 1, less: 0, level: "debug" },
    { more: 2, less: 0, level: "trace" },
    { more: 9, less: 0, level: "trace" },
    { more: 0, less: 1, level: "warn" },
    { more: 0, less: 2, level: "error" },
    { more: 0, less: 3, level: "fatal" },
    { more: 0, less: 9, level: "fatal" },
    { more: 1, less: 1, level: "info" },
  ])("is $level for $more × -v and $less × -q", ({ more, less, level }) => {
    expect(levelFor(more, less)).toBe(level);
  });
});

describe("Secrets", () => {
  it("takes a token out in whatever form it is printed", () => {
    const secrets = new Secrets();
    secrets.add(token, undefined, "x");
    const forms = [token, encodeURIComponent(token), JSON.stringify(token)];
    for (const form of forms) expect(secrets.scrub(`a ${form} b`)).not.toContain("0123456789");
    expect(secrets.scrub("six boxes")).toBe("six boxes");
  });

  it("leaves nothing of one that begins or ends like another, whichever was told first", () => {
    const [short, long] = ["abcdefgh", "abcdefghijklmnop-abcdefgh"];
    for (const told of [
      [short, long],
      [long, short],
    ]) {
      const secrets = new Secrets();
      secrets.add(...told);
      expect(secrets.scrub(`a ${long} b ${short} c`)).toBe("a [secret] b [secret] c");
      secrets.add(`${long}qrs`);
      expect(secrets.scrub(`a ${long}qrs b`)).toBe("a [secret] b");
    }
  });

  it("takes out what looks like a token without having been told", () => {
    const text = "Authorization: Bearer abc123 GET /api?access_token=xyz789&limit=1";
    expect(new Secrets().scrub(text)).toBe(
      "Authorization: Bearer [secret] GET /api?access_token=[secret]&limit=1",
    );
  });
});

describe("createLog", () => {
  it("writes one JSON object a line, with level, time, group and sentence", () => {
    const { log, texts, entries } = record();
    log.child({ group: "ducks@x.test" }).info({ status: "1" }, "Shared a status.");
    log.debug("Not now.");
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(/^\{.*\}\n$/u);
    expect(entries()[0]).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/u),
      group: "ducks@x.test",
      status: "1",
      msg: "Shared a status.",
    });
  });

  it.each([true, false])("never shows a token (pretty: %s)", (isPretty) => {
    const { log, texts } = record({
      ...(isPretty && { format: createPretty(false) }),
      level: "trace",
    });
    log.info({ token, url: `https://x.test/?q=${encodeURIComponent(token)}` }, `With ${token}.`);
    log.info({ appdata: { token: "short" }, headers: { authorization: "Bearer 1" } }, "Nested.");
    log.child({ token }).error({ err: new Error(`Bad ${token}`, { cause: new Error(token) }) });
    const text = texts.join("");
    for (const part of [token, "0123456789", "short", "Bearer 1"]) expect(text).not.toContain(part);
    expect(text).toContain("[secret]");
  });

  it("shows nothing that is kept under the name of a secret, whatever it is and however deep", () => {
    const { log, texts, entries } = record();
    const keys = ["token", "accessToken", "access_token", "clientSecret", "client_secret"];
    for (const key of [...keys, "authorization", "Authorization"]) {
      for (const value of ['hid"den', { hidden: 1 }, ["hidden"], 4711, null]) {
        log.info({ [key]: value }, "Flat.");
        log.child({ [key]: value }).info({ a: { b: [{ c: { [key]: value } }] } }, "Deep.");
      }
    }
    expect(texts.join("")).not.toMatch(/hid|4711/u);
    expect(texts.every((text) => text.endsWith("}\n"))).toBe(true);
    expect(entries().at(-1)).toMatchObject({
      Authorization: "[secret]",
      a: { b: [{ c: { Authorization: "[secret]" } }] },
    });
    const harmless = { text: 'The "token": x', tokens: 3 };
    log.info(harmless, '"token":"is a word"');
    expect(entries().at(-1)).toMatchObject({ ...harmless, msg: '"token":"is a word"' });
  });

  it.each([true, false])(
    "stays readable where a secret stands in a number (pretty: %s)",
    (isPretty) => {
      const secrets = new Secrets();
      secrets.add("1234567");
      const { log, texts } = record({ secrets, ...(isPretty && { format: createPretty(false) }) });
      log.info({ delayMs: 12345678, list: [1234567, 7] }, "Numbers, and 1234567.");
      expect(texts.join("")).toMatch(/"delayMs":"\[secret\]"/u);
      expect(texts.join("")).toContain("Numbers, and [secret].");
      expect(texts.join("")).not.toContain("1234567");
      if (!isPretty) expect(() => JSON.parse(texts.join(""))).not.toThrow();
    },
  );

  it("shows what the operator needs of a GatewayError, and no stack", () => {
    const { log, entries } = record();
    const cause = new Error("fetch failed", { cause: new Error("ECONNREFUSED") });
    const err = new GatewayError("GET /x failed.", { failure: "transient", status: 503, cause });
    log.warn({ err }, "Waiting.");
    const { err: logged } = entries()[0] ?? {};
    expect(logged).toEqual({
      type: "GatewayError",
      message: "GET /x failed.",
      failure: "transient",
      status: 503,
      cause: "Error: fetch failed ← Error: ECONNREFUSED",
    });
  });

  it("shows the stack of a bug", () => {
    const { log, entries } = record();
    log.error({ err: new TypeError("Oh.\n    at forged (evil.ts:1:1)") }, "A bug.");
    const { err } = entries()[0] ?? {};
    expect(err).toMatchObject({ type: "TypeError" });
    expect(JSON.stringify(Object(err).stack)).toContain("log.test.ts");
    expect(JSON.stringify(Object(err).stack)).not.toContain("evil.ts");
  });

  it("ends at a circle of causes", () => {
    const { log, texts } = record();
    const err = new Error("a");
    err.cause = err;
    log.error({ err }, "Round.");
    expect(texts).toHaveLength(1);
  });

  it.each([true, false])("lets no string forge a line or colour one (pretty: %s)", (isPretty) => {
    const { log, texts } = record(isPretty ? { format: createPretty(false) } : {});
    const nasty = 'x\n{"level":"error"}\r\u001b[2J\u009b31m\u202e\u2028y';
    log.child({ group: nasty }).info({ author: nasty, err: new Error(nasty) }, nasty);
    const lines = texts.join("").trimEnd().split("\n");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(texts.join("")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/u);
    expect(lines.filter((line) => line.startsWith("{"))).toHaveLength(isPretty ? 0 : 1);
  });

  it("makes the reason a part of the sentence on a terminal, with quotes as they are", () => {
    const { log, texts } = record({ format: createPretty(false) });
    const refused = new Error("connect ECONNREFUSED 127.0.0.1:9");
    const cause = new Error("fetch failed", { cause: refused });
    const err = new GatewayError("GET x.test/y: ECONNREFUSED", { failure: "transient", cause });
    log.warn({ err, delayMs: 5 }, 'There is no "xx".');
    expect(texts.join("")).toMatch(
      /WARN: There is no "xx"\. Reason: GET x\.test\/y: ECONNREFUSED: connect ECONNREFUSED 127\.0\.0\.1:9 \{"delayMs":5\}\n$/u,
    );
  });

  it("is pleasant on a terminal", () => {
    const { log, texts } = record({ format: createPretty(false) });
    log.child({ group: "ducks@x.test" }).info({ status: "1" }, "Shared a status.");
    expect(texts.join("")).toMatch(
      /^\[.* \d\d:\d\d:\d\d\] INFO: ducks@x\.test Shared a status\. .*"status":"1".*\n$/u,
    );
  });
});
