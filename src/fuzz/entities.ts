import assert from "node:assert/strict";
import fc from "fast-check";
import { toAcct } from "../core/acct.js";
import { maxHtmlLength } from "../core/html-to-text.js";
import type { Account, Acct, GroupEvent, Status } from "../core/model.js";
import { readFrame } from "../mastodon/frames.js";
import {
  mapAccount,
  mapHome,
  mapNotification,
  mapStatus,
  pagingId,
  type Viewer,
} from "../mastodon/mapping.js";
import { at, isObject } from "../mastodon/odd.js";
import { deduce } from "../mastodon/traits.js";
import { asMasto, fixtures } from "../testing/fixtures.js";
import { inside, like, odd } from "./mutate.js";
import { claim, type Target } from "./property.js";

const recorded = (["gotosocial", "hollo", "snac"] as const).flatMap(fixtures);
const frames = recorded.flatMap((fixture) => fixture.frames);
const payloads = frames
  .map((frame): unknown => at(JSON.parse(frame), "payload"))
  .filter((payload) => typeof payload === "string" && payload.startsWith("{"))
  .map((payload): unknown => JSON.parse(`${payload}`));

const all = inside(asMasto([...recorded.map(({ body }) => body), ...payloads])).filter(isObject);
const has = (...keys: readonly string[]) =>
  all.filter((raw) => keys.every((key) => Object.hasOwn(raw, key)));
const statuses = has("content", "account", "visibility");
const notifications = has("type", "createdAt", "account");
const accounts = has("acct", "note");
const instances = has("configuration");

const viewers: readonly Viewer[] = [
  { acct: "groupbot@127.0.0.84" as Acct, url: "http://127.0.0.84/groupbot" },
  { acct: "grp@host.example" as Acct, url: undefined },
];
const viewer = fc.constantFrom(...viewers);
const anything = fc.oneof(like(statuses), like(notifications), like(accounts), fc.jsonValue(), odd);

function isName(text: unknown, maxLength = 500): void {
  assert.ok(typeof text === "string" && text !== "" && text.length <= maxLength);
}
function isTime(time: unknown): void {
  assert.ok(typeof time === "number" && Number.isFinite(time));
}
function checkAccount({ id, acct, url, profileText, isBot, isLocked }: Account): void {
  isName(id);
  assert.equal(toAcct(acct), acct);
  assert.ok(typeof url === "string" && typeof profileText === "string");
  assert.deepEqual([typeof isBot, typeof isLocked], ["boolean", "boolean"]);
}
function checkStatus(status: Status): void {
  isName(status.id);
  isName(status.uri);
  isTime(status.createdAt);
  checkAccount(status.author);
  assert.ok(["public", "unlisted", "private", "direct"].includes(status.visibility));
  assert.ok(status.text.length <= maxHtmlLength);
  if (status.inReplyTo !== undefined) isName(status.inReplyTo);
  if (status.language !== undefined) isName(status.language, Number.POSITIVE_INFINITY);
  for (const { acct, url } of status.mentions) {
    assert.equal(toAcct(acct), acct);
    assert.equal(typeof url, "string");
  }
  assert.equal(new Set(status.mentions.map(({ acct }) => acct)).size, status.mentions.length);
  assert.equal(new Set(status.tags).size, status.tags.length);
  for (const tag of status.tags) isName(tag, Number.POSITIVE_INFINITY);
  for (const { url, description } of status.attachments) {
    isName(url, Number.POSITIVE_INFINITY);
    assert.equal(typeof description, "string");
  }
}
function checkEvent(event: GroupEvent): void {
  isTime(event.at);
  if (event.kind !== "home") isName(event.id);
  if ("status" in event) checkStatus(event.status);
  if ("account" in event) checkAccount(event.account);
}

/** What a frame brings, as the stream reads it. */
function checkFrame(text: string): void {
  const frame = readFrame(text);
  if (frame === undefined) return;
  const { event, payload } = frame;
  assert.ok(event === "update" || event === "notification");
  const mapped =
    event === "update"
      ? mapHome(payload, viewers[0] ?? assert.fail())
      : mapNotification(payload, viewers[1] ?? assert.fail());
  if (mapped !== undefined) checkEvent(mapped);
}

/** What servers send, in masto's shape, and what becomes of it. */
export const entities: Target = {
  name: "API entities",
  properties: [
    claim(
      "an event is complete, whatever fields are missing or wrong",
      fc.tuple(anything, viewer),
      ([raw, who]) => {
        for (const event of [mapHome(raw, who), mapNotification(raw, who)]) {
          if (event !== undefined) checkEvent(event);
        }
        const account = mapAccount(raw, who);
        if (account !== undefined) checkAccount(account);
        pagingId(raw);
      },
      300,
    ),
    claim(
      "no post gets louder than the server said",
      fc.tuple(like(statuses), viewer),
      ([raw, who]) => {
        const status = mapStatus(raw, who);
        const said = [at(raw, "visibility"), at(raw, "reblog", "visibility")];
        if (status !== undefined && status.visibility !== "direct")
          assert.ok(said.includes(status.visibility));
      },
    ),
    claim(
      "keys that nobody knows change nothing",
      fc.tuple(like(statuses), viewer, fc.stringMatching(/^x[a-z]{3,9}$/u), odd),
      ([raw, who, key, value]) => {
        assert.deepEqual(mapStatus({ ...Object(raw), [key]: value }, who), mapStatus(raw, who));
      },
    ),
    claim(
      "nothing is read of what only the prototype has",
      fc.tuple(like(statuses), viewer),
      ([raw, who]) => {
        assert.equal(mapStatus(Object.create(Object(raw)), who), undefined);
      },
    ),
    claim(
      "a frame that is cut, or mixed up, is passed over or complete",
      fc.tuple(
        fc.constantFrom(...frames),
        fc.nat(),
        fc.nat(),
        fc.string({ unit: "binary", maxLength: 4 }),
      ),
      ([frame, from, to, more]) => {
        const [start, end] = [from % frame.length, to % frame.length];
        checkFrame(frame.slice(0, end));
        checkFrame(frame.slice(0, start) + more + frame.slice(end));
      },
    ),
    claim(
      "a frame with any payload is passed over or complete",
      fc.tuple(fc.constantFrom("update", "notification", "delete", "x"), anything, fc.boolean()),
      ([event, payload, isText]) => {
        checkFrame(JSON.stringify({ event, payload: isText ? JSON.stringify(payload) : payload }));
      },
    ),
    claim(
      "a frame nests as deep as it likes",
      fc.tuple(fc.constantFrom("[", '{"a":', '{"account":[', '"'), fc.nat(60_000), fc.boolean()),
      ([open, depth, isText]) => {
        const close = open.replaceAll(/[^{[]/gu, "").replaceAll("{", "}").replaceAll("[", "]");
        const shut = [...close].toReversed().join("").repeat(depth);
        const deep = `{"id":"1","account":${open.repeat(depth)}1${shut}}`;
        checkFrame(`{"event":"update","payload":${isText ? JSON.stringify(deep) : deep}}`);
      },
      20,
    ),
    claim(
      "what a server can do is known, whatever it tells",
      fc.array(like(instances), { maxLength: 2 }),
      (told) => {
        const traits = deduce(told, undefined, "https://host.example");
        assert.ok(Number.isSafeInteger(traits.maxCharacters) && traits.maxCharacters >= 1);
        isName(traits.software, Number.POSITIVE_INFINITY);
        assert.ok(traits.streamingUrl === undefined || /^wss:\/\//u.test(traits.streamingUrl));
        assert.ok(traits.pageSize > 0 && traits.limits.length >= 0);
      },
    ),
  ],
};
