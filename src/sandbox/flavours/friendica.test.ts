import { describe, expect, it } from "vitest";
import { at, idOf, openFlavour } from "../../testing/flavour-stage.js";

const open = () => openFlavour("friendica");

describe("the flavour friendica", () => {
  it("shows at most 30 of anything", async () => {
    await using stage = await open();
    for (let count = 0; count < 31; count += 1) await stage.alice.post("@groupbot hi");
    const read = (query: string) =>
      stage.ask(stage.groupbot, "GET", `/api/v1/notifications${query}`);
    expect((await read("?limit=80")).body).toHaveLength(30);
    expect((await read("")).body).toHaveLength(15);
  });

  it("lets kinds be left out, not chosen", async () => {
    await using stage = await open();
    await stage.alice.follow("groupbot@here.test");
    await stage.alice.post("@groupbot hi");
    const read = (query: string) =>
      stage.ask(stage.groupbot, "GET", `/api/v1/notifications?${query}`);
    expect((await read("types[]=follow")).body).toHaveLength(2);
    expect((await read("exclude_types[]=follow")).body).toHaveLength(1);
  });

  it("takes min_id for since_id", async () => {
    await using stage = await open();
    for (const text of ["@groupbot a", "@groupbot b", "@groupbot c"]) await stage.alice.post(text);
    const path = "/api/v1/notifications?min_id=1&limit=1";
    expect(at(await stage.ask(stage.groupbot, "GET", path), 0, "id")).toBe("3");
  });

  it("hides what was dismissed, unless all is asked for", async () => {
    await using stage = await open();
    await stage.alice.post("@groupbot hi");
    await stage.ask(stage.groupbot, "POST", "/api/v1/notifications/1/dismiss");
    const read = (query: string) =>
      stage.ask(stage.groupbot, "GET", `/api/v1/notifications${query}`);
    expect((await read("")).body).toHaveLength(0);
    expect((await read("?include_all=true")).body).toHaveLength(1);
  });

  it("numbers the requests to follow, and grants them by that number", async () => {
    await using stage = await open();
    const { ask, groupbot, bob } = stage;
    await ask(groupbot, "PATCH", "/api/v1/accounts/update_credentials", { locked: true });
    await bob.follow("groupbot@here.test");
    const id = at(await ask(groupbot, "GET", "/api/v1/follow_requests"), 0, "id");
    const account = await idOf(stage, "bob");
    expect(id).not.toBe(account);
    const grant = (which: unknown) =>
      ask(groupbot, "POST", `/api/v1/follow_requests/${which}/authorize`);
    expect((await grant(account)).status).toBe(404);
    expect(at(await grant(id), "followed_by")).toBe(true);
  });

  it("wants the scope follow by that name", async () => {
    await using stage = await open();
    const id = await idOf(stage, "alice");
    const follow = (scopes: string) =>
      stage.ask(stage.groupbot.issueToken(scopes), "POST", `/api/v1/accounts/${id}/follow`);
    expect((await follow("read write")).status).toBe(403);
    expect((await follow("read write follow")).status).toBe(200);
  });

  it("says what it has not implemented", async () => {
    await using stage = await open();
    const path = "/api/v2/notifications/policy";
    expect((await stage.ask(stage.groupbot, "GET", path)).status).toBe(501);
    expect((await stage.ask(stage.groupbot, "GET", "/api/v1/nothing")).status).toBe(404);
  });

  it("answers a boost with what was boosted, once and again", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi");
    for (let count = 0; count < 2; count += 1) {
      const answer = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/reblog`);
      expect(answer.body).toMatchObject({ id, reblogged: true, reblogs_count: 1 });
    }
  });

  it("reads Markdown, and makes a title of a warning unless it is an answer's", async () => {
    await using stage = await open();
    const post = (body: object) =>
      stage.ask(stage.groupbot, "POST", "/api/v1/statuses", { spoiler_text: "cw", ...body });
    const first = await post({ status: "**b**" });
    expect(first.body).toMatchObject({
      content: "<h1>cw</h1><p><strong>b</strong></p>",
      spoiler_text: "",
    });
    const answer = await post({ status: "so", in_reply_to_id: at(first, "id") });
    expect(answer.body).toMatchObject({ content: "<p>so</p>", spoiler_text: "cw" });
  });

  it("has numbers for ids, an object of its own and no stream", async () => {
    await using stage = await open();
    expect((await stage.alice.post("hi")).id).toMatch(/^\d+$/);
    const instance = await stage.ask(undefined, "GET", "/api/v2/instance");
    expect(instance.body).toHaveProperty("friendica");
    expect(at(instance, "configuration", "urls")).not.toHaveProperty("streaming");
    const streaming = await stage.ask(stage.groupbot, "GET", "/api/v1/streaming?stream=user");
    expect(streaming.status).toBe(404);
  });
});
