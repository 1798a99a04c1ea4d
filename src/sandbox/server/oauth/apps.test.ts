import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../../testing/fake-sandbox.js";
import { exchange, oob, register, tokenIn, web } from "../../../testing/oauth-client.js";

describe("applications", () => {
  it("are registered with Mastodon's entity", async () => {
    await using at = await aFakeSandbox();
    const body = new URLSearchParams({ client_name: "Tester", redirect_uris: oob, scopes: "read" });
    const registered = await at.ask("POST", "/api/v1/apps", { body });
    expect(await registered.json()).toEqual({
      ...{ id: "1", name: "Tester", website: null, scopes: ["read"], redirect_uris: [oob] },
      ...{ redirect_uri: oob, vapid_key: "", client_secret_expires_at: 0 },
      ...{ client_id: expect.any(String), client_secret: expect.any(String) },
    });
    const list = await register(at, { redirect_uris: [oob, web], website: "https://p.example" });
    expect(list).toMatchObject({ redirect_uris: [oob, web], redirect_uri: `${oob}\n${web}` });
  });

  it.each([
    [{ client_name: "" }, "name"],
    [{ redirect_uris: "" }, "Redirect URI"],
    [{ redirect_uris: "nowhere" }, "Redirect URI"],
    [{ redirect_uris: "javascript:alert(1)" }, "Redirect URI"],
    [{ scopes: "read dance" }, "Scopes"],
  ])("are refused with %o", async (fault, word) => {
    await using at = await aFakeSandbox();
    const body = { client_name: "T", redirect_uris: oob, scopes: "read", ...fault };
    const response = await at.ask("POST", "/api/v1/apps", json(body));
    expect(response.status).toBe(422);
    expect(await response.text()).toContain(word);
  });

  it("verify themselves by any token of theirs", async () => {
    await using at = await aFakeSandbox();
    const path = "/api/v1/apps/verify_credentials";
    const client = await register(at);
    const granted = await exchange(at, client, "", { grant_type: "client_credentials" });
    const token = await tokenIn(granted);
    expect(await (await at.askAs("GET", path, { token })).json()).toMatchObject({ name: "Tester" });
    expect((await at.askAs("GET", path)).status).toBe(200);
    expect((await at.ask("GET", path)).status).toBe(401);
    const user = await at.askAs("GET", "/api/v1/accounts/verify_credentials", { token });
    expect([user.status, await user.json()]).toEqual([
      401,
      { error: "This method requires an authenticated user" },
    ]);
    at.ada.revokeTokens();
    expect((await at.askAs("GET", path)).status).toBe(401);
  });
});
