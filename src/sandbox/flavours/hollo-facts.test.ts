import { describe, expect, it } from "vitest";
import { at, idOf, openFlavour } from "../../testing/flavour-stage.js";
import { until } from "../../testing/until.js";

const open = () => openFlavour("hollo");
const statuses = "/api/v1/statuses";

describe("Hollo", () => {
  it("B1: has no stream and names none", async () => {
    await using stage = await open();
    const v1 = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(at(v1, "urls")).toEqual({});
    const v2 = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(at(v2, "configuration")).not.toHaveProperty("urls");
  });

  it("B2, B3: limits nothing, not even the length it tells", async () => {
    await using stage = await open();
    const status = "x".repeat(20_000);
    const answer = await stage.ask(stage.groupbot, "POST", statuses, { status });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty("x-ratelimit-limit");
  });

  it("H1: tells locals nothing of each other, but shows what names them at home", async () => {
    await using stage = await open();
    await stage.bob.follow("groupbot@here.test");
    const top = await stage.alice.post("a talk without the group");
    await stage.bob.post("@groupbot@here.test hi", { inReplyTo: top.id, visibility: "direct" });
    expect(await stage.groupbot.notifications()).toEqual([]);
    const [home] = await stage.groupbot.home();
    expect(home?.mentions.map(({ acct }) => acct)).toEqual(["groupbot"]);
    await stage.dave.post("@groupbot@here.test hi");
    expect(await stage.groupbot.notifications()).toMatchObject([{ type: "mention" }]);
  });

  it("H2: knows handles with a domain only", async () => {
    await using stage = await open();
    const bare = await stage.groupbot.post("@alice hi", { visibility: "direct" });
    expect(bare.mentions).toEqual([]);
    const whole = await stage.groupbot.post("@alice@here.test hi", { visibility: "direct" });
    expect(whole.mentions).toMatchObject([{ acct: "alice" }]);
  });

  it("H3, H5: fails at a second boost; a boost repeats the words and is public unless told", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi", { visibility: "unlisted" });
    const act = (name: string) => stage.ask(stage.groupbot, "POST", `${statuses}/${id}/${name}`);
    const boost = await act("reblog");
    expect(boost.body).toMatchObject({
      ...{ content: "<p>hi</p>\n", visibility: "public", reblogged: false },
      reblog: { id, reblogged: true },
    });
    expect(await act("reblog")).toMatchObject({ status: 500, body: "" });
    expect((await act("unreblog")).status).toBe(200);
    expect((await act("unreblog")).status).toBe(404);
  });

  it("H4: reads a body only as JSON", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi");
    const path = `${statuses}/${id}/reblog`;
    const raw = await fetch(`${stage.here.baseUrl}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stage.groupbot.token}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "visibility=unlisted",
    });
    expect(await raw.json()).toMatchObject({ visibility: "public" });
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/unreblog`);
    const json = await stage.ask(stage.groupbot, "POST", path, { visibility: "unlisted" });
    expect(at(json, "visibility")).toBe("unlisted");
  });

  it("H6, H7: takes no token from the query, and heeds the key", async () => {
    await using stage = await open();
    const mine = `/api/v1/accounts/verify_credentials?access_token=${stage.groupbot.token}`;
    expect((await stage.ask(undefined, "GET", mine)).status).toBe(401);
    const post = () =>
      fetch(`${stage.here.baseUrl}${statuses}`, {
        method: "POST",
        headers: {
          ...{ authorization: `Bearer ${stage.groupbot.token}`, "idempotency-key": "k" },
          "content-type": "application/json",
        },
        body: JSON.stringify({ status: "once" }),
      }).then((response) => response.json());
    expect(await post()).toEqual(await post());
  });

  it("H8: passes over a profile that comes as JSON", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    const change = { display_name: "Changed" };
    const byJson = await stage.ask(stage.alice, "PATCH", path, change);
    expect(byJson).toMatchObject({ status: 200, body: { display_name: "" } });
    const byForm = await stage.ask(stage.alice, "PATCH", path, new URLSearchParams(change));
    expect(byForm.body).toMatchObject({ display_name: "Changed" });
  });

  it("B6, H10: pages notifications by time alone, the newest page whatever the cursor", async () => {
    await using stage = await open();
    for (const text of ["one", "two", "three"]) {
      await stage.dave.post(`@groupbot@here.test ${text}`);
      const sentAt = Date.now();
      await until(() => Date.now() > sentAt);
    }
    const read = async (query: string) => {
      const path = `/api/v1/notifications?${query}`;
      const answer = await stage.ask(stage.groupbot, "GET", path);
      return (answer.body as readonly { readonly id: string }[]).map(({ id }) => id);
    };
    const [newest = "", middle = "", oldest = ""] = await read("");
    expect(newest).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\/mention\/[\da-f-]{36}$/);
    const above = (id: string) => encodeURIComponent(id);
    expect(await read(`min_id=${above(oldest)}&limit=1`)).toEqual([newest]);
    expect(await read(`since_id=${above(oldest)}&limit=1`)).toEqual([newest]);
    expect(await read(`max_id=${above(newest)}&limit=1`)).toEqual([middle]);
    const sameTime = newest.replace(/mention.*/, "mention/other");
    expect(await read(`max_id=${above(sameTime)}`)).toEqual([middle, oldest]);
  });

  it("B5, B10: lets nothing be read or dismissed by itself", async () => {
    await using stage = await open();
    await stage.dave.post("@groupbot@here.test hi");
    const [one] = await stage.groupbot.notifications();
    const path = `/api/v1/notifications/${encodeURIComponent(one?.id ?? "")}`;
    expect((await stage.ask(stage.groupbot, "GET", path)).status).toBe(404);
    expect((await stage.ask(stage.groupbot, "POST", `${path}/dismiss`)).status).toBe(404);
  });

  it("H13: lets anybody delete anything", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("mine");
    await stage.ask(stage.groupbot, "DELETE", `${statuses}/${id}`);
    expect((await stage.ask(stage.alice, "GET", `${statuses}/${id}`)).status).toBe(404);
  });

  it("H15: gives the newest posts of an account, whatever min_id", async () => {
    await using stage = await open();
    const [first] = [await stage.alice.post("one"), await stage.alice.post("two")];
    const newest = await stage.alice.post("three");
    const path = `/api/v1/accounts/${await idOf(stage, "alice")}/statuses`;
    const read = (query: string) => stage.ask(stage.groupbot, "GET", `${path}?${query}`);
    expect(at(await read(`min_id=${first.id}&limit=1`), 0, "id")).toBe(newest.id);
    expect((await read(`since_id=${newest.id}`)).body).toHaveLength(3);
  });
});
