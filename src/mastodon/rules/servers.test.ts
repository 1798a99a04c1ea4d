import { describe, expect, it } from "vitest";
import { systemClock } from "../../clock.js";
import { FakeClock } from "../../testing/fake-clock.js";
import {
  me,
  type OddAnswers,
  oddServer,
  rawAccount,
  recorded,
  serverNamed,
} from "../../testing/odd-server.js";
import { exchangeCode, registerApp } from "../sign-in.js";

const never = new AbortController().signal;
const policy = "/api/v2/notifications/policy";
const settings = "PUT /api/pleroma/notification_settings";
const profile = "PATCH /api/v1/accounts/update_credentials";

/** Pleroma's instance document. */
const pleroma = (...features: readonly string[]) => ({ pleroma: { metadata: { features } } });

async function learn(answers: OddAnswers) {
  await using server = await oddServer(answers);
  return await server.gateway.learnTraits(never);
}

describe("notification filters", () => {
  it("rule 8: every kind is let in, bots too; what was held back is accepted and waited for", async () => {
    const clock = new FakeClock();
    const pages = [[{ id: "1" }, { id: "2" }], []];
    await using server = await oddServer(
      {
        [`PUT ${policy}`]: { body: { for_bots: "accept" } },
        "GET /api/v1/notifications/requests": (_, nth) => ({ body: pages[nth] ?? [] }),
        "POST /api/v1/notifications/requests/accept": { body: {} },
        "GET /api/v1/notifications/requests/merged": { body: { merged: true } },
      },
      { clock },
    );
    expect(await server.gateway.openNotifications(never)).toBe(2);
    const bodies = server.tiny.requests.map(({ body }) => body).filter((body) => body !== "");
    expect(JSON.parse(bodies[0] ?? "")).toEqual({
      for_not_following: "accept",
      for_not_followers: "accept",
      for_new_accounts: "accept",
      for_private_mentions: "accept",
      for_limited_accounts: "accept",
      for_bots: "accept",
    });
    expect(JSON.parse(bodies[1] ?? "")).toEqual({ id: ["1", "2"] });
    expect(server.warnings).toEqual([]);
  });

  it("rule 8: a policy that goes on filtering (Mitra's cannot be set) is warned of once", async () => {
    await using server = await oddServer({
      [`PUT ${policy}`]: { status: 405 },
      [`GET ${policy}`]: { body: { for_not_following: "filter", for_bots: "accept" } },
    });
    for (let day = 0; day < 3; day++) {
      expect(await server.gateway.openNotifications(never)).toBeUndefined();
    }
    expect(server.warnings).toHaveLength(1);
  });

  it.each([404, 405, 418, 501])("rule 8: %i means that there is no policy", async (status) => {
    await using server = await oddServer({ [`PUT ${policy}`]: { status } });
    expect(await server.gateway.openNotifications(never)).toBeUndefined();
    expect(server.warnings).toEqual([]);
  });

  it("rule 9: Pleroma's block_from_strangers is lifted, and left alone where it is off", async () => {
    for (const isOn of [true, false]) {
      const notification_settings = { block_from_strangers: isOn };
      await using server = await oddServer({
        ...serverNamed("pleroma", pleroma("pleroma:group_actors")),
        [me]: { body: rawAccount("grp", { pleroma: { notification_settings } }) },
        [settings]: { body: {} },
      });
      expect((await server.gateway.learnTraits(never)).hasNotificationFilter).toBe(true);
      await server.gateway.openNotifications(never);
      const set = server.tiny.requests.filter(({ method }) => method === "PUT");
      expect(set[0]?.path === settings.slice(4)).toBe(isOn);
      if (isOn) expect(JSON.parse(set[0]?.body ?? "")).toEqual({ block_from_strangers: false });
    }
  });

  it.each([
    [{ akkoma: {} }, true],
    [{ akkoma: {}, accepts_direct_messages_from: "nobody" }, true],
    [{ akkoma: {}, accepts_direct_messages_from: "everybody" }, false],
    [{ akkoma: { accepts_direct_messages_from: "people_i_follow" } }, true],
    [{}, false],
  ])("rule 9: Akkoma's accepts_direct_messages_from is set: %j %s", async (more, isSet) => {
    await using server = await oddServer({
      [me]: { body: rawAccount("grp", more) },
      [profile]: { body: {} },
    });
    await server.gateway.openNotifications(never);
    const sent = server.tiny.requests.filter(({ method }) => method === "PATCH");
    expect(sent.map(({ body }) => JSON.parse(body))).toEqual(
      isSet ? [{ accepts_direct_messages_from: "everybody" }] : [],
    );
  });

  it("rule 9: a setting that cannot be changed is warned of, and the group goes on", async () => {
    const notification_settings = { block_from_strangers: true };
    await using server = await oddServer({
      [me]: { body: rawAccount("grp", { pleroma: { notification_settings } }) },
      [settings]: { status: 403 },
    });
    expect(await server.gateway.openNotifications(never)).toBeUndefined();
    expect(server.warnings).toHaveLength(1);
  });

  it("rule 9: an account that boosts by itself is known: Pleroma's Group, not Akkoma's", async () => {
    const typed = (actor_type: string) => ({
      [me]: { body: rawAccount("grp", { source: { pleroma: { actor_type } } }) },
    });
    const ofPleroma = serverNamed("pleroma", pleroma("pleroma:group_actors"));
    const ofAkkoma = serverNamed("akkoma", pleroma("akkoma_api"));
    expect(await learn({ ...ofPleroma, ...typed("Group") })).toMatchObject({
      boostsByItself: true,
    });
    for (const answers of [
      { ...ofPleroma, ...typed("Service") },
      { ...ofAkkoma, ...typed("Group") },
      { ...serverNamed("mastodon"), ...typed("Group") },
    ]) {
      expect(await learn(answers)).toMatchObject({ boostsByItself: false });
    }
  });
});

describe("signing in", () => {
  const options = { version: "1", clock: new FakeClock(), signal: never };

  it("rule 24 (H17, S22): full scopes, one redirect as a text, a new app each time, no PKCE", async () => {
    await using server = await oddServer({
      "POST /api/v1/apps": { body: { client_id: "i", client_secret: "s" } },
      "POST /oauth/token": { body: { access_token: "t", created_at: 1_795_000_000_000 } },
    });
    const { baseUrl, requests } = server.tiny;
    const app = await registerApp(baseUrl, options);
    const access = await exchangeCode(baseUrl, app, "c", options);
    expect(access).toEqual({ token: "t", expiresAt: undefined });
    const [made, taken] = requests.map(({ body }) => new URLSearchParams(body));
    expect(made?.get("scopes")).toBe("read write follow");
    expect(made?.getAll("redirect_uris")).toEqual(["urn:ietf:wg:oauth:2.0:oob"]);
    expect(made?.get("scope")).toBe("read write follow");
    expect([...(taken?.keys() ?? [])].join()).not.toContain("verifier");
  });

  it.each([
    [30 * 86_400, 30],
    [100 * 365 * 86_400, undefined],
    [0, undefined],
    ["soon", undefined],
    [null, undefined],
  ])("rule 25: a token with expires_in %j ends in %s days", async (expires_in, days) => {
    await using server = await oddServer({
      "POST /oauth/token": { body: { access_token: "t", refresh_token: "r", expires_in } },
    });
    const app = { clientId: "i", clientSecret: "s", redirect: "r" };
    const { expiresAt } = await exchangeCode(server.tiny.baseUrl, app, "c", options);
    const expected = days === undefined ? undefined : options.clock.now() + days * 86_400_000;
    expect(expiresAt).toBe(expected);
  });
});

describe("what the server is", () => {
  it("rule 26 (S11): the newer document, else the older, else what is safe", async () => {
    const limit = (max_characters: number) => ({ configuration: { statuses: { max_characters } } });
    const older = { "GET /api/v1/instance": { body: { max_toot_chars: 700 } } };
    const newer = "GET /api/v2/instance";
    expect((await learn({ ...older, [newer]: { body: limit(900) } })).maxCharacters).toBe(900);
    for (const answer of [
      { status: 404 },
      { status: 500, body: "" },
      { type: "text/html", body: "<html>" },
      { body: { configuration: null } },
    ]) {
      expect((await learn({ ...older, [newer]: answer })).maxCharacters).toBe(700);
    }
    expect((await learn({ [newer]: { body: [] } })).maxCharacters).toBe(500);
    await expect(learn({ [newer]: { status: 500 } })).rejects.toMatchObject({ status: 500 });
  });

  it("rule 26 (live G2, B1): the stream is where it is said to be, else at the API; some have none", async () => {
    const said = { urls: { streaming_api: "wss://stream.test" } };
    const urlOf = async (software: string, instance?: object) =>
      (await learn(serverNamed(software, instance))).streamingUrl;
    // The way to the test's API is plain HTTP, so is the way to its stream.
    expect(await urlOf("mastodon", said)).toBe("ws://stream.test");
    expect(await urlOf("mastodon", { urls: {} })).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/u);
    expect(await urlOf("something-new")).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/u);
    for (const silent of ["snac", "hollo", "mitra", "friendica", "takahe", "sharkey"]) {
      expect(await urlOf(silent, said)).toBeUndefined();
    }
  });

  it("rule 22: the limit is max_characters, else max_toot_chars, else 500", async () => {
    const limits = async (instance: object) =>
      (await learn(serverNamed("x", instance))).maxCharacters;
    const configuration = { statuses: { max_characters: 900 } };
    expect(await limits({ configuration, max_toot_chars: 700 })).toBe(900);
    expect(await limits({ max_toot_chars: 700 })).toBe(700);
    expect(await limits({})).toBe(500);
  });

  it("rule 35: every optional call may be missing, and the rest is learnt all the same", async () => {
    expect(await learn({ "GET /api/v1/instance": recorded("snac", "001-instance-v1") })).toEqual(
      expect.objectContaining({ maxCharacters: 100_000, hasNotificationFilter: false }),
    );
    await using server = await oddServer(serverNamed("x"), { clock: systemClock });
    await server.gateway.learnTraits(never);
    expect(server.asked().filter((path) => path.startsWith("GET /api/v1"))).toEqual([
      "GET /api/v1/instance",
    ]);
  });

  it("rule 35: it is asked anew each time, so that a new version shows", async () => {
    await using server = await oddServer({
      "GET /api/v2/instance": (_, nth) => ({ body: { version: `${nth}`, max_toot_chars: 9 } }),
    });
    const versions: string[] = [];
    for (let i = 0; i < 2; i++) versions.push((await server.gateway.learnTraits(never)).software);
    expect(versions).toEqual(["0", "1"]);
  });
});
