import { describe, expect, it } from "vitest";
import { aFakeSandbox } from "../../../testing/fake-sandbox.js";

const path = "/api/v1/accounts/verify_credentials";

async function read(response: Response) {
  return [response.status, await response.json()];
}

describe("a token", () => {
  it("may come in the header, the query or the body", async () => {
    await using at = await aFakeSandbox();
    expect((await at.askAs("GET", path)).status).toBe(200);
    expect((await at.ask("GET", `${path}?access_token=${at.ada.token}`)).status).toBe(200);
    const body = new URLSearchParams({ access_token: at.ada.token, status: "Hi" });
    expect((await at.ask("POST", "/api/v1/statuses", { body })).status).toBe(200);
  });

  it("is asked for", async () => {
    await using at = await aFakeSandbox();
    const refusal = [401, { error: "The access token is invalid" }];
    expect(await read(await at.ask("GET", path))).toEqual(refusal);
    expect(await read(await at.askAs("GET", path, { token: "wrong" }))).toEqual(refusal);
  });

  it("is refused once revoked, also where none is needed", async () => {
    await using at = await aFakeSandbox();
    at.ada.revokeTokens();
    const refusal = [401, { error: "The access token was revoked" }];
    expect(await read(await at.askAs("GET", path))).toEqual(refusal);
    expect(await read(await at.askAs("GET", "/api/v1/accounts/1"))).toEqual(refusal);
    expect((await at.askAs("GET", "/api/v2/instance")).status).toBe(200);
    expect(at.host.requests.at(-1)?.username).toBeUndefined();
  });

  it("counts as none where none is needed, if unknown", async () => {
    await using at = await aFakeSandbox();
    const response = await at.askAs("GET", "/api/v1/accounts/1", { token: "wrong" });
    expect(await read(response)).toMatchObject([200, { viewer: null }]);
  });

  it("replaces a revoked one of a sandbox user", async () => {
    await using at = await aFakeSandbox();
    const first = at.ada.token;
    at.ada.issueToken("read");
    expect(at.ada.token).toBe(first);
    at.ada.revokeTokens();
    await expect(at.ada.api("GET", path)).rejects.toThrow("gave 401");
    const second = at.ada.issueToken("read");
    expect(at.ada.token).toBe(second);
    expect(await at.ada.api("GET", path)).toMatchObject({ viewer: "ada" });
  });

  it.each([
    ["read", "GET", path, 200],
    ["read:accounts", "GET", path, 200],
    ["read:statuses write", "GET", path, 403],
    ["write:statuses", "POST", "/api/v1/statuses", 200],
    ["write:media", "POST", "/api/v1/statuses", 403],
    ["follow", "POST", "/api/v1/accounts/1/mute", 200],
    ["follow", "GET", path, 403],
  ])("with scope %s gets for %s %s the status %i", async (scopes, method, to, status) => {
    await using at = await aFakeSandbox();
    const response = await at.askAs(method, to, { token: at.ada.issueToken(scopes) });
    expect(response.status).toBe(status);
    if (status === 403) {
      const error = "This action is outside the authorized scopes";
      expect(await response.json()).toEqual({ error });
    }
  });
});
