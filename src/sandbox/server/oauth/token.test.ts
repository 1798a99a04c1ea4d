import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aFakeSandbox, json } from "../../../testing/fake-sandbox.js";
import {
  authorizePath,
  exchange,
  oob,
  register,
  tokenIn,
  web,
} from "../../../testing/oauth-client.js";
import { openSocket } from "../../../testing/socket-client.js";
import { until } from "../../../testing/until.js";

describe("codes", () => {
  async function aCode(options: Record<string, string> = {}) {
    const at = await aFakeSandbox();
    const client = await register(at);
    const code = await at.ada.approve(`${at.host.baseUrl}${authorizePath(client, options)}`);
    return { at, client, code, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
  }

  it("work once", async () => {
    await using with_ = await aCode();
    const { at, client, code } = with_;
    expect(await (await exchange(at, client, code)).json()).toEqual({
      ...{ access_token: expect.any(String), token_type: "Bearer", scope: "read write" },
      created_at: expect.any(Number),
    });
    const again = await exchange(at, client, code);
    expect([again.status, await again.json()]).toEqual([
      400,
      { error: "invalid_grant", error_description: expect.any(String) },
    ]);
  });

  it.each([
    [{ code: "wrong" }, 400, "invalid_grant"],
    [{ code: undefined }, 400, "invalid_request"],
    [{ redirect_uri: web }, 400, "invalid_grant"],
    [{ client_secret: "wrong" }, 401, "invalid_client"],
    [{ client_id: "wrong" }, 401, "invalid_client"],
    [{ client_id: undefined }, 401, "invalid_client"],
    [{ grant_type: undefined }, 400, "invalid_request"],
    [{ grant_type: "password" }, 400, "unsupported_grant_type"],
    [{ grant_type: "client_credentials", scope: "push" }, 400, "invalid_scope"],
  ])("are not exchanged with %o", async (fault, status, error) => {
    await using with_ = await aCode();
    const response = await exchange(with_.at, with_.client, with_.code, fault);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
  });

  it("are for the client that asked", async () => {
    await using with_ = await aCode();
    const other = await register(with_.at);
    expect((await exchange(with_.at, other, with_.code)).status).toBe(400);
    expect((await exchange(with_.at, with_.client, with_.code)).status).toBe(200);
  });

  it("are exchanged with basic authentication and a form, too", async () => {
    await using with_ = await aCode();
    const { client_id, client_secret } = with_.client;
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString("base64");
    const response = await with_.at.ask("POST", "/oauth/token", {
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({
        ...{ grant_type: "authorization_code", code: with_.code, redirect_uri: oob },
      }),
    });
    expect(response.status).toBe(200);
  });

  it("ask for the proof that was announced", async () => {
    const verifier = "a".repeat(43);
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const pkce = { code_challenge: challenge, code_challenge_method: "S256" };
    await using with_ = await aCode(pkce);
    const { at, client, code } = with_;
    expect((await exchange(at, client, code)).status).toBe(400);
    expect((await exchange(at, client, code, { code_verifier: "b" })).status).toBe(400);
    expect((await exchange(at, client, code, { code_verifier: verifier })).status).toBe(200);
  });

  it("grow old", async () => {
    let now = 0;
    await using at = await aFakeSandbox({}, { now: () => now });
    const client = await register(at);
    const code = await at.ada.approve(`${at.host.baseUrl}${authorizePath(client)}`);
    now = 10 * 60_000;
    expect((await exchange(at, client, code)).status).toBe(400);
  });

  it("are refused to a sandbox user who cannot approve", async () => {
    await using at = await aFakeSandbox();
    const url = `${at.host.baseUrl}${authorizePath({ client_id: "?", client_secret: "?" })}`;
    await expect(at.ada.approve(url)).rejects.toThrow("client_id");
  });
});

describe("revoking", () => {
  it("ends a token and its streams", async () => {
    await using at = await aFakeSandbox();
    const client = await register(at);
    const code = await at.ada.approve(`${at.host.baseUrl}${authorizePath(client)}`);
    const token = await tokenIn(await exchange(at, client, code));
    const path = `/api/v1/streaming?stream=user&access_token=${token}`;
    const stream = await openSocket(at.host.baseUrl, path);
    const other = await openSocket(at.host.baseUrl, path.replace(token, at.ada.token));
    const revoke = (options: object) =>
      at.ask("POST", "/oauth/revoke", json({ ...client, token, ...options }));
    const refused = await revoke({ client_secret: "wrong" });
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: "unauthorized_client" },
    ]);
    expect((await revoke({ token: at.ada.token })).status).toBe(403);
    const revoked = await revoke({});
    expect([revoked.status, await revoked.json()]).toEqual([200, {}]);
    expect((await revoke({})).status).toBe(200);
    expect((await revoke({ token: "unknown" })).status).toBe(200);
    expect(await until(() => stream.closeCode)).toBe(1005);
    expect(other.closeCode).toBeUndefined();
    const home = await at.askAs("GET", "/api/v1/timelines/home", { token });
    expect(await home.json()).toEqual({ error: "The access token was revoked" });
  });
});
