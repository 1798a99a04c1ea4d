import { describe, expect, it } from "vitest";
import { at, idOf, openFlavour, signIn } from "../../testing/flavour-stage.js";

const open = () => openFlavour("mitra");

describe("the flavour mitra", () => {
  it("has UUIDs, and small numbers for notifications", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("@groupbot hi");
    expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    const [mention] = await stage.groupbot.notifications();
    expect(mention?.id).toBe("1");
  });

  it("refuses pages of more than 200", async () => {
    await using stage = await open();
    const ask = (limit: number) =>
      stage.ask(stage.groupbot, "GET", `/api/v1/notifications?limit=${limit}`);
    expect((await ask(201)).status).toBe(400);
    expect((await ask(200)).status).toBe(200);
  });

  it("minds neither kinds nor since_id, and links only from full pages", async () => {
    await using stage = await open();
    for (const text of ["@groupbot one", "@groupbot two"]) await stage.alice.post(text);
    const read = (query: string) =>
      stage.ask(stage.groupbot, "GET", `/api/v1/notifications?${query}`);
    expect((await read("types[]=follow&since_id=2")).body).toHaveLength(2);
    expect((await read("min_id=1")).body).toHaveLength(1);
    expect((await read("max_id=2")).body).toHaveLength(1);
    const { link = "" } = (await read("limit=1")).headers;
    expect(link).toMatch(/max_id=2>; rel="next"$/);
    expect((await read("limit=3")).headers).not.toHaveProperty("link");
  });

  it("takes a second boost for a mistake, and taking back none, too", async () => {
    await using stage = await open();
    const { id } = await stage.alice.post("hi");
    const act = (name: string) =>
      stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/${name}`);
    expect((await act("unreblog")).status).toBe(404);
    expect((await act("reblog")).status).toBe(200);
    expect(await act("reblog")).toMatchObject({
      status: 400,
      body: { error: "post already exists" },
    });
  });

  it("boosts what is public and nothing else", async () => {
    await using stage = await open();
    for (const visibility of ["private", "direct"] as const) {
      const { id } = await stage.alice.post("@groupbot hi", { visibility });
      const answer = await stage.ask(stage.groupbot, "POST", `/api/v1/statuses/${id}/reblog`);
      expect(answer.status).toBe(404);
    }
  });

  it("reads Markdown, drops warnings, and lists nothing as unlisted", async () => {
    await using stage = await open();
    const { id: parent } = await stage.alice.post("hi");
    const answer = await stage.ask(stage.groupbot, "POST", "/api/v1/statuses", {
      status: "**b** &#42;a&#42; snake\\_case",
      spoiler_text: "careful",
      visibility: "unlisted",
      in_reply_to_id: parent,
    });
    expect(answer.body).toMatchObject({
      content: "<p><strong>b</strong> &#42;a&#42; snake_case</p>",
      spoiler_text: "",
      visibility: "public",
      mentions: [{ username: "alice" }],
    });
  });

  it("shows a policy nobody can change, and says of what it has not that it is unsupported", async () => {
    await using stage = await open();
    const path = "/api/v2/notifications/policy";
    expect(at(await stage.ask(stage.groupbot, "GET", path), "for_bots")).toBe("accept");
    const statuses = await Promise.all([
      stage.ask(stage.groupbot, "PUT", path, { for_bots: "accept" }),
      stage.ask(stage.groupbot, "POST", `/api/v1/accounts/${await idOf(stage, "bob")}/block`),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([418, 418]);
  });

  it("gives tokens for thirty days, without a way to renew them", async () => {
    await using stage = await open();
    const { token } = await signIn(stage);
    expect(token.body).toMatchObject({ expires_in: 30 * 86_400 });
    expect(token.body).not.toHaveProperty("refresh_token");
  });

  it("refuses a bad token with a description, and has no stream", async () => {
    await using stage = await open();
    const bad = await stage.ask("bad", "GET", "/api/v1/accounts/verify_credentials");
    expect(bad.status).toBe(401);
    expect(bad.body).toHaveProperty("error_description");
    const streaming = await stage.ask(stage.groupbot, "GET", "/api/v1/streaming?stream=user");
    expect(streaming.status).toBe(404);
    const instance = await stage.ask(undefined, "GET", "/api/v1/instance");
    expect(at(instance, "urls")).toEqual({});
    expect(at(instance, "version")).toContain("Mitra");
  });
});
