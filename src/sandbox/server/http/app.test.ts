import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../../testing/fake-sandbox.js";

describe("routes", () => {
  it("answers Mastodon's 404 for paths and methods that are not there", async () => {
    await using at = await aFakeSandbox();
    for (const [method, path] of [
      ["GET", "/api/v1/nothing"],
      ["PUT", "/api/v2/instance"],
      ["GET", "/media/none.png"],
    ] as const) {
      const response = await at.ask(method, path);
      expect([response.status, await response.json()]).toEqual([404, { error: "Not Found" }]);
    }
  });

  it("prefers fixed paths to named parts, and decodes these", async () => {
    await using at = await aFakeSandbox();
    const fixed = await at.askAs("GET", "/api/v1/accounts/verify_credentials");
    expect(await fixed.json()).toMatchObject({ params: {}, viewer: "ada" });
    const named = await at.ask("GET", "/api/v1/accounts/a%20b");
    expect(await named.json()).toMatchObject({ params: { id: "a b" }, viewer: null });
  });

  it("serves media", async () => {
    await using at = await aFakeSandbox();
    const response = await at.ask("GET", "/media/dot.png");
    expect(response.headers.get("content-type")).toBe("image/png");
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2]);
  });

  it("builds the Link header on the request's other parameters", async () => {
    await using at = await aFakeSandbox();
    const path = `/api/v1/timelines/home?limit=2&max_id=15&t[]=x&access_token=${at.ada.token}`;
    const page = `${at.host.baseUrl}/api/v1/timelines/home?limit=2&t%5B%5D=x`;
    expect((await at.ask("GET", path)).headers.get("link")).toBe(
      `<${page}&max_id=10>; rel="next", <${page}&min_id=20>; rel="prev"`,
    );
  });

  it("tells of a bug in the sandbox with 500", async () => {
    await using at = await aFakeSandbox();
    const response = await at.askAs("GET", "/api/v1/broken");
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: "A bug." });
  });
});

describe("bodies", () => {
  const path = "/api/v1/accounts/update_credentials";
  const form = new FormData();
  form.set("fields_attributes[0][name]", "a");
  form.set("avatar", new Blob(["x"], { type: "image/png" }), "a.png");
  form.append("ids[]", "1");

  it.each([
    ["JSON", json({ ids: ["1"], note: null }), { body: { ids: ["1"], note: null } }],
    ["JSON that is a list", json([1]), { body: { _json: [1] } }],
    [
      "a form",
      { body: new URLSearchParams("fields_attributes[0][name]=a&ids[]=1") },
      { body: { fields_attributes: { 0: { name: "a" } }, ids: ["1"] } },
    ],
    [
      "a multipart form",
      { body: form },
      { body: { fields_attributes: { 0: { name: "a" } }, ids: ["1"] }, files: ["avatar"] },
    ],
    ["text", { body: "ids[]=1" }, { body: {} }],
    ["nothing", {}, { body: {} }],
  ] as const)("are read when they are %s", async (_kind, init, expected) => {
    await using at = await aFakeSandbox();
    const response = await at.askAs("PATCH", path, init);
    expect(await response.json()).toMatchObject(expected);
  });

  it("are joined with the query on writes", async () => {
    await using at = await aFakeSandbox();
    const response = await at.askAs("PATCH", `${path}?a[b]=1&c=2`, json({ c: 3 }));
    expect(await response.json()).toMatchObject({ body: { a: { b: "1" }, c: 3 } });
  });

  it.each([
    ["JSON", { body: "{", headers: { "content-type": "application/json" } }],
    ["a form", { body: new URLSearchParams("a=1&a[b]=2") }],
    ["multipart", { body: "x", headers: { "content-type": "multipart/form-data" } }],
  ])("are refused when they are broken %s", async (_kind, init) => {
    await using at = await aFakeSandbox();
    const response = await at.askAs("PATCH", path, init);
    expect([response.status, await response.json()]).toEqual([
      400,
      { status: 400, error: "Bad Request" },
    ]);
  });

  it("are refused when the query contradicts itself", async () => {
    await using at = await aFakeSandbox();
    expect((await at.ask("GET", "/api/v2/instance?a=1&a[]=2")).status).toBe(400);
    expect((await at.ask("GET", "/media/%")).status).toBe(400);
  });
});

describe("the request log", () => {
  it("keeps what came in, oldest first", async () => {
    await using at = await aFakeSandbox({}, { now: () => 5_000 });
    await at.ask("GET", "/api/v2/instance?x[]=1", { headers: { "X-Own": "y" } });
    await at.askAs("POST", "/api/v1/statuses", json({ status: "Hi" }));
    expect(at.host.requests).toMatchObject([
      {
        ...{ method: "GET", path: "/api/v2/instance", query: { x: ["1"] }, username: undefined },
        ...{ headers: { "x-own": "y" }, body: undefined, status: 200, atMs: 5_000 },
      },
      { method: "POST", body: { status: "Hi" }, username: "ada", status: 200 },
    ]);
  });
});
