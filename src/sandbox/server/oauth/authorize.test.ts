import { describe, expect, it } from "vitest";
import { aFakeSandbox } from "../../../testing/fake-sandbox.js";
import { authorizePath, exchange, register, tokenIn, web } from "../../../testing/oauth-client.js";

describe("the page", () => {
  it("lets a person choose who to be, without scripts", async () => {
    await using at = await aFakeSandbox();
    at.host.addUser({ username: "bob" });
    const client = await register(at, { client_name: "<b>&\"Tester'" });
    const page = await at.ask("GET", authorizePath(client, { state: '"><script>' }));
    expect(page.headers.get("content-type")).toMatch("text/html");
    const text = await page.text();
    expect(text).not.toMatch(/<script>|<b>/);
    expect(text).toContain("&lt;b&gt;&amp;&quot;Tester&#39;");
    expect(text).toContain('value="bob"');
    const hidden = [...text.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)];
    const fields = hidden.map(([, name = "", value = ""]): [string, string] => [name, value]);
    const answer = await at.ask("POST", "/oauth/authorize", {
      body: new URLSearchParams([...fields, ["username", "bob"]]),
    });
    const code = /<code[^>]*>([^<]+)<\/code>/.exec(await answer.text())?.[1] ?? "";
    const token = await tokenIn(await exchange(at, client, code));
    const who = await at.askAs("GET", "/api/v1/accounts/verify_credentials", { token });
    expect(await who.json()).toMatchObject({ viewer: "bob" });
  });

  it("sends the person back to a program on the web", async () => {
    await using at = await aFakeSandbox();
    const path = authorizePath(await register(at), { redirect_uri: web, state: "s&t" });
    const decide = (field: string) =>
      at.ask("POST", path, { body: new URLSearchParams(`username=ada&${field}`) });
    const granted = await decide("");
    expect(granted.status).toBe(302);
    const to = new URL(granted.headers.get("location") ?? "");
    expect(to.href).toMatch(`${web}&code=`);
    expect(to.searchParams.get("state")).toBe("s&t");
    const denied = (await decide("deny=1")).headers.get("location");
    expect(denied).toBe(`${web}&error=access_denied&state=s%26t`);
  });

  it.each([
    ["client_id", { client_id: "<i>" }],
    ["redirect_uri", { redirect_uri: "https://evil.example" }],
    ["response_type", { response_type: "token" }],
    ["scope", { scope: "read push" }],
    ["code_challenge_method", { code_challenge: "x", code_challenge_method: "plain" }],
  ])("says clearly that the %s is wrong", async (word, options) => {
    await using at = await aFakeSandbox();
    const path = authorizePath(await register(at), options);
    const page = await at.ask("GET", path);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(word);
    const post = await at.ask("POST", path, { headers: { accept: "application/json" } });
    expect(await post.json()).toEqual({ error: expect.stringContaining(word) });
  });

  it("says so when there is nobody to be, or not that one", async () => {
    await using at = await aFakeSandbox();
    const path = authorizePath(await register(at));
    const body = new URLSearchParams({ username: "<nobody>" });
    expect(await (await at.ask("POST", path, { body })).text()).toContain("no such user");
    const denied = await at.ask("POST", path, { body: new URLSearchParams("username=ada&deny=1") });
    expect(await denied.text()).toContain("refused");
  });
});

describe("the metadata", () => {
  it("tells where everything is", async () => {
    await using at = await aFakeSandbox();
    const response = await at.ask("GET", "/.well-known/oauth-authorization-server");
    const { baseUrl } = at.host;
    expect(await response.json()).toMatchObject({
      ...{ issuer: `${baseUrl}/`, token_endpoint: `${baseUrl}/oauth/token` },
      ...{ authorization_endpoint: `${baseUrl}/oauth/authorize` },
      ...{ app_registration_endpoint: `${baseUrl}/api/v1/apps` },
      ...{ code_challenge_methods_supported: ["S256"] },
      scopes_supported: expect.arrayContaining(["read", "write", "follow"]),
    });
  });
});
