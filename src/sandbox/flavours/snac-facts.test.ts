import { describe, expect, it } from "vitest";
import { at, idOf, openFlavour } from "../../testing/flavour-stage.js";
import { refusedSocket } from "../../testing/socket-client.js";
import { until } from "../../testing/until.js";
import { startSandbox } from "../index.js";

const open = () => openFlavour("snac");
const statuses = "/api/v1/statuses";

describe("snac", () => {
  it("B1: names a stream where there is none", async () => {
    await using stage = await open();
    const v1 = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(at(v1, "urls", "streaming_api")).toMatch(/^wss:/);
    const path = `/api/v1/streaming?stream=user&access_token=${stage.groupbot.token}`;
    expect((await refusedSocket(stage.here.baseUrl, path)).status).toBe(404);
  });

  it("S1: wraps a post for everybody once anybody has boosted it", async () => {
    await using stage = await open();
    const { id, uri } = await stage.alice.post("@groupbot hi");
    await stage.ask(stage.bob, "POST", `${statuses}/${id}/reblog`);
    const [mention] = await stage.groupbot.notifications();
    expect(mention?.status).toMatchObject({
      ...{ id: id.toUpperCase(), content: "", account: { acct: "bob@here.test" } },
      reblog: { id, uri },
    });
    const byUpperCase = await stage.ask(stage.groupbot, "GET", `${statuses}/${id.toUpperCase()}`);
    expect(at(byUpperCase, "reblog", "uri")).toBe(uri);
    await stage.ask(stage.bob, "POST", `${statuses}/${id}/unreblog`);
    expect(at(await stage.ask(stage.groupbot, "GET", `${statuses}/${id}`), "id")).toBe(id);
  });

  it("S2: gives a post another id when it is edited, and knows it by either", async () => {
    await using stage = await open();
    const { id, uri } = await stage.groupbot.post("before");
    const postedAtS = Math.floor(Date.now() / 1_000);
    expect(id).toMatch(/^\d{10}[\da-f]{32}$/);
    await until(() => Math.floor(Date.now() / 1_000) > postedAtS);
    const edited = await stage.ask(stage.groupbot, "PUT", `${statuses}/${id}`, { status: "after" });
    expect(at(edited, "id")).not.toBe(id);
    expect(String(at(edited, "id")).slice(10)).toBe(id.slice(10));
    for (const each of [id, at(edited, "id"), `0000000000${id.slice(10)}`]) {
      const found = await stage.ask(stage.groupbot, "GET", `${statuses}/${each}`);
      expect(at(found, "uri")).toBe(uri);
    }
  });

  it("S3: leaves the reader out of the mentions, and numbers the others", async () => {
    await using stage = await open();
    await stage.alice.post("@groupbot @bob hi");
    const [mention] = await stage.groupbot.notifications();
    expect(mention?.status?.mentions).toMatchObject([
      { id: "0", username: "bob@here.test", acct: "bob@here.test" },
    ]);
    expect(mention?.status?.content).toContain('class="u-url mention">@groupbot@here.test</a>');
  });

  it("S4: calls a mention from Hollo a status, unless it has two tags", async () => {
    await using sandbox = await startSandbox({
      hosts: [
        { domain: "here.test", flavour: "snac" },
        { domain: "far.test", flavour: "hollo" },
      ],
    });
    const group = sandbox.host("here.test").addUser({ username: "groupbot" });
    const eve = sandbox.host("far.test").addUser({ username: "eve" });
    await eve.post("@groupbot@here.test one tag");
    await eve.post("@groupbot@here.test two #tags");
    const types = (await group.notifications()).map(({ type }) => type);
    expect(types).toEqual(["mention", "status"]);
    const path = "/api/v1/notifications?limit=9&types[]=mention";
    expect(await group.api("GET", path)).toHaveLength(1);
  });

  it("S5: shows one notification unless told how many, and minds no since_id", async () => {
    await using stage = await open();
    for (const text of ["one", "two", "three"]) await stage.alice.post(`@groupbot ${text}`);
    const read = async (query: string) => {
      const answer = await stage.ask(stage.groupbot, "GET", `/api/v1/notifications?${query}`);
      expect(answer.headers).not.toHaveProperty("link");
      return (answer.body as readonly { readonly id: string }[]).map(({ id }) => id);
    };
    expect(await read("")).toHaveLength(1);
    const [newest = "", middle = "", oldest = ""] = await read("limit=40");
    expect(newest).toMatch(/^\d{16}$/);
    expect(await read(`limit=40&since_id=${newest}`)).toHaveLength(3);
    expect(await read(`limit=40&min_id=${oldest}`)).toEqual([newest, middle]);
    expect(await read(`limit=40&max_id=${newest}`)).toEqual([middle, oldest]);
    expect(await read("limit=40&max_id=9999999999999999")).toEqual([]);
  });

  it("S8: boosts whatever, as often as asked, and tells the author each time", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("@groupbot hi", { visibility: "direct" });
    const act = (name: string) => stage.ask(stage.groupbot, "POST", `${statuses}/${id}/${name}`);
    expect((await act("reblog")).status).toBe(200);
    expect((await act("reblog")).status).toBe(200);
    const told = (await stage.alice.notifications()).filter(({ type }) => type === "reblog");
    expect(told).toHaveLength(2);
    expect(at(await act("unreblog"), "reblogged")).toBe(false);
    expect((await act("unreblog")).status).toBe(200);
  });

  it("S12, S13, S14: writes handles in full, looks up its own, answers for one at a time", async () => {
    await using stage = await open();
    const lookup = "/api/v1/accounts/lookup?acct=";
    expect(at(await stage.ask(stage.groupbot, "GET", `${lookup}alice`), "acct")).toBe(
      "alice@here.test",
    );
    await stage.ask(stage.groupbot, "GET", "/api/v2/search?q=@dave@there.test");
    expect((await stage.ask(stage.groupbot, "GET", `${lookup}dave@there.test`)).status).toBe(404);
    const search = await stage.ask(stage.groupbot, "GET", "/api/v2/search?q=alice");
    expect(at(search, "accounts")).toEqual([]);
    const ids = [await idOf(stage, "alice"), await idOf(stage, "bob")];
    const path = `/api/v1/accounts/relationships?${ids.map((id) => `id[]=${id}`).join("&")}`;
    expect((await stage.ask(stage.groupbot, "GET", path)).body).toMatchObject([{ id: ids[0] }]);
  });

  it("S14: says a locked account is followed at once, and tells it nothing", async () => {
    await using stage = await open();
    const carol = stage.here.addUser({ username: "carol", isLocked: true });
    const id = await idOf(stage, "carol");
    const follow = await stage.ask(stage.bob, "POST", `/api/v1/accounts/${id}/follow`);
    expect(follow.body).toMatchObject({ following: true, requested: false });
    expect(await carol.notifications()).toEqual([]);
    expect(await carol.api("GET", "/api/v1/follow_requests")).toHaveLength(1);
  });

  it("S16: addresses a reply to whom it answers", async () => {
    await using stage = await open();
    const top = await stage.alice.post("@groupbot hi", { visibility: "direct" });
    const options = { visibility: "direct", inReplyTo: top.id } as const;
    await stage.groupbot.post("no handle in here", options);
    expect(await stage.alice.notifications()).toMatchObject([{ type: "mention" }]);
    const reply = await stage.groupbot.post("@alice again", options);
    expect(reply.mentions.map(({ acct }) => acct)).toEqual(["alice@here.test", "alice@here.test"]);
  });

  it("S18: takes only the word for a bot", async () => {
    await using stage = await open();
    const path = "/api/v1/accounts/update_credentials";
    expect(at(await stage.ask(stage.groupbot, "PATCH", path, { bot: true }), "bot")).toBe(false);
    const form = new URLSearchParams({ bot: "true" });
    expect(at(await stage.ask(stage.groupbot, "PATCH", path, form), "bot")).toBe(true);
  });

  it("S20, S21: lists no own boosts, and finds nothing at a cursor that is not there", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi");
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    const path = `/api/v1/accounts/${await idOf(stage, "groupbot")}/statuses?limit=20`;
    expect((await stage.ask(stage.bob, "GET", path)).body).toEqual([]);
    const home = (query: string) =>
      stage.ask(stage.alice, "GET", `/api/v1/timelines/home?${query}`);
    expect((await home("max_id=1")).body).toEqual([]);
    expect((await home("since_id=1")).body).toHaveLength(1);
    const { link } = (await home("limit=1")).headers;
    expect(link).toMatch(/\?since_id=\w+>; rel="prev"/);
  });
});
