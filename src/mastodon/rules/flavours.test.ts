import { describe, expect, it } from "vitest";
import { systemClock } from "../../clock.js";
import { isAddressed } from "../../core/addressed.js";
import type { Acct, GroupEvent, Status } from "../../core/model.js";
import {
  flavourNames,
  isFlavourName,
  type SandboxUser,
  startSandbox,
} from "../../sandbox/index.js";
import { outgoing } from "../../testing/gateway-stage.js";
import { itemsBy } from "../../testing/stream-items.js";
import { until } from "../../testing/until.js";
import { createGateway } from "../gateway.js";

const never = new AbortController().signal;
/** A group on a host of this flavour, somebody of another host, and the group's gateway. */
async function stage(flavour: string) {
  if (!isFlavourName(flavour)) throw new Error(`There is no flavour ${flavour}.`);
  const sandbox = await startSandbox({
    hosts: [{ domain: "here.test", flavour }, { domain: "there.test" }],
  });
  const here = sandbox.host("here.test");
  const group = here.addUser({ username: "grp", isBot: true, isLocked: false });
  const ada = sandbox.host("there.test").addUser({ username: "ada" });
  const warnings: string[] = [];
  const gatewayWith = (token: string) =>
    createGateway({
      baseUrl: here.baseUrl,
      token,
      acct: group.acct as Acct,
      clock: systemClock,
      version: "1",
      log: { debug: () => {}, warn: (_fields, message) => warnings.push(message) },
    });
  return {
    ...{ here, group, ada, warnings, gatewayWith, gateway: gatewayWith(group.token) },
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

/** Changes the account as its owner would in the server's settings. */
async function set(
  baseUrl: string,
  { token }: SandboxUser,
  method: string,
  path: string,
  body: object,
) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${baseUrl}${path}`, { method, headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

function mentionOf(events: readonly GroupEvent[], word: string): Status | undefined {
  return events
    .flatMap((event) => (event.kind === "mention" ? [event.status] : []))
    .find(({ text }) => text.includes(word));
}

describe.each(flavourNames)("on %s", (flavour) => {
  it("rule 7, 11, 13, 14: a mention is read, shared once, and taken back", async () => {
    await using place = await stage(flavour);
    const { gateway, group, ada } = place;
    const self = await gateway.whoAmI(never);
    await gateway.learnTraits(never);
    await gateway.openNotifications(never);
    await ada.post(`@${group.acct} a #duck`);
    const status = await until(async () =>
      mentionOf((await gateway.notifications(undefined, never)).events, "duck"),
    );
    expect(status).toMatchObject({ visibility: "public", author: { acct: ada.acct } });
    expect([isAddressed(status, self), status.tags]).toEqual([true, ["duck"]]);
    await gateway.reblog(status.id, "public", never);
    expect(await gateway.status(status.id, never)).toMatchObject({
      id: status.id,
      uri: status.uri,
      isReblog: false,
      rebloggedByUs: true,
    });
    await gateway.unreblog(status.id, never);
    expect((await gateway.status(status.id, never))?.rebloggedByUs).toBe(false);
  });

  it("rule 8, 9, 19, 20: a stranger's direct message comes through and is answered once", async () => {
    await using place = await stage(flavour);
    const { gateway, group, ada, warnings } = place;
    await gateway.whoAmI(never);
    await gateway.learnTraits(never);
    await gateway.openNotifications(never);
    await ada.post(`@${group.acct} /ping`, { visibility: "direct" });
    const asked = await until(async () =>
      mentionOf((await gateway.notifications(undefined, never)).events, "/ping"),
    );
    expect(asked.visibility).toBe("direct");
    const answer = outgoing({
      text: `@${ada.acct} pong`,
      inReplyTo: asked.id,
      visibility: "direct",
    });
    const id = await gateway.post(answer, never);
    expect(await gateway.findPost(answer, never)).toBe(id);
    expect(warnings).toEqual([]);
  });

  it("rule 16: a dead token is known for what it is", async () => {
    await using place = await stage(flavour);
    await expect(place.gatewayWith("nope").whoAmI(never)).rejects.toMatchObject({
      failure: "auth",
    });
  });

  it("rule 26, 27, 28: there is a stream that tells, or it is known that there is none", async () => {
    await using place = await stage(flavour);
    const { gateway, group, ada } = place;
    const { streamingUrl } = await gateway.learnTraits(never);
    if (streamingUrl === undefined) return;
    const end = new AbortController();
    const kinds: string[] = [];
    for await (const item of itemsBy(gateway, { aliveTimeoutMs: 10_000 }, end.signal)) {
      kinds.push(item.kind);
      if (item.kind !== "connected") break;
      await ada.post(`@${group.acct} live`);
    }
    expect(kinds).toEqual(["connected", "mention"]);
  });
});

describe("settings of the account", () => {
  it("rule 9: Pleroma's type Group is found out, Akkoma's is not taken for it", async () => {
    for (const [flavour, boostsByItself] of [
      ["pleroma-2.7", true],
      ["akkoma-3.16", false],
    ] as const) {
      await using place = await stage(flavour);
      const path = "/api/v1/accounts/update_credentials";
      await set(place.here.baseUrl, place.group, "PATCH", path, { actor_type: "Group" });
      expect(await place.gateway.learnTraits(never)).toMatchObject({ boostsByItself });
    }
  });

  it.each([
    ["pleroma-2.7", "PUT", "/api/pleroma/notification_settings", { block_from_strangers: true }],
    [
      ...["akkoma-3.16", "PATCH", "/api/v1/accounts/update_credentials"],
      { accepts_direct_messages_from: "nobody" },
    ],
  ] as [string, string, string, object][])(
    "rule 9: on %s what was closed to strangers is opened",
    async (flavour, method, path, closing) => {
      await using place = await stage(flavour);
      const { gateway, group, ada } = place;
      await set(place.here.baseUrl, group, method, path, closing);
      expect(await gateway.learnTraits(never)).toMatchObject({ hasNotificationFilter: true });
      await gateway.openNotifications(never);
      await ada.post(`@${group.acct} psst`, { visibility: "direct" });
      await until(async () =>
        mentionOf((await gateway.notifications(undefined, never)).events, "psst"),
      );
    },
  );
});
