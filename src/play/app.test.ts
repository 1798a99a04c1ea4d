import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSandbox } from "../testing/open-sandbox.js";
import { until } from "../testing/until.js";

describe("the playground", () => {
  let folder: string;
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fedigroups-own-"));
    await mkdir(join(folder, "groups", "ducks"), { recursive: true });
    await write("config", {
      acct: "ducks@example.social",
      appdata: { base: "https://x.example", token: "t" },
    });
    sandbox = await openSandbox("-c", folder);
  });
  afterAll(async () => {
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  });

  const write = (name: string, content: object) =>
    writeFile(join(folder, "groups", "ducks", `${name}.json5`), JSON.stringify(content));

  const look = async (as: string) =>
    await (await fetch(`${sandbox.page}?as=${encodeURIComponent(as)}`)).text();

  /** Sends a form as a browser without JavaScript does. */
  const send = (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
    fetch(new URL("/do", sandbox.page), {
      method: "POST",
      headers: { origin: new URL(sandbox.page).origin, ...headers },
      body: new URLSearchParams(fields),
      redirect: "manual",
    });

  const bob = "bob@sandbox.test";
  const post = (text: string, more: Readonly<Record<string, string>> = {}) =>
    send({ deed: "post", as: bob, text, visibility: "public", warning: "", ...more });
  const idOf = (page: string, text: string) =>
    new RegExp(`id="home".*?${text}.*?name="id" value="([^"]+)"`, "su").exec(page)?.[1] ?? "";

  it("does what a form asks for, and shows what the group made of it, without JavaScript", async () => {
    const answer = await post("@ducks A plain duck");
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/?as=bob%40sandbox.test");
    const page = await until(async () => {
      const text = await look(bob);
      return text.includes("Shared: the group was named in it.") ? text : undefined;
    });
    expect(page).toContain("ducks@sandbox.test boosted");
    const id = idOf(page, "A plain duck");
    await send({ deed: "edit", as: bob, id, text: "@ducks An edited duck" });
    expect(await look(bob)).toContain("An edited duck");
    await send({
      deed: "boost",
      as: "alice@sandbox.test",
      id: idOf(await look("alice@sandbox.test"), "An edited duck"),
    });
    await until(async () => (await look(bob)).includes("alice@sandbox.test</b> boosted your post"));
    await send({ deed: "delete", as: bob, id });
    expect(await look(bob)).not.toContain("An edited duck</p>");
    await send({ deed: "unfollow", as: bob });
    expect(await look(bob)).toContain("Follow as bob");
    await send({ deed: "follow", as: bob });
    expect(await look(bob)).toContain("Unfollow as bob");
  });

  it("prepares an answer to a post, with its visibility and whom it names", async () => {
    await post("@ducks Who answers?", { visibility: "unlisted", warning: "Question" });
    const carol = "carol@sandbox.test";
    await send({ deed: "follow", as: carol });
    const page = await until(async () => {
      const text = await look(carol);
      return text.includes("Who answers?") ? text : undefined;
    });
    const reply = idOf(page, "Who answers\\?");
    const text = await (await fetch(`${sandbox.page}?as=${carol}&reply=${reply}`)).text();
    expect(text).toMatch(/<textarea id="text"[^>]*>@bob @ducks <\/textarea>/u);
    expect(text).toContain('<option value="unlisted" selected>');
    expect(text).toContain('value="Question"');
    await send({
      deed: "post",
      as: carol,
      text: "@bob @ducks I do",
      visibility: "public",
      warning: "",
      reply,
    });
    await until(async () =>
      (await look(carol)).includes("Not shared: a reply without a group hashtag."),
    );
  });

  it("shows what strangers write as text", async () => {
    const evil = `@ducks <script>alert(1)</script><img src=x onerror=alert(2)>"'&lt;b&gt; evil`;
    await post(evil, { warning: `"><script>alert(3)</script>` });
    const page = await until(async () => {
      const text = await look(bob);
      return text.includes("evil") && text.includes("&lt;script&gt;alert(3)") ? text : undefined;
    });
    expect(page).toContain(
      "&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;&quot;&#39;&amp;lt;b&amp;gt; evil",
    );
    expect(page).not.toMatch(/<script>|<img|<b>evil/u);
  });

  it("says what was refused, and by whom", async () => {
    const long = await post("x".repeat(600));
    expect(long.status).toBe(422);
    expect(await long.text()).toContain("The server refuses: ");
    const refused = await send({ deed: "person", as: bob, name: "<b>", server: "away.test" });
    expect(await refused.text()).toContain("A name has one to thirty letters");
    const twice = await send({ deed: "person", as: bob, name: "Carol", server: "sandbox.test" });
    expect(await twice.text()).toContain("carol@sandbox.test is here already.");
    const nobody = await send({ deed: "follow", as: "zoe@sandbox.test" }, { accept: "text/plain" });
    expect(nobody.status).toBe(422);
    expect(await nobody.text()).toBe("There is nobody called zoe@sandbox.test here any more.");
    expect((await send({ deed: "rule", as: bob })).status).toBe(400);
    expect(
      (await send({ deed: "post", as: bob, text: "x", visibility: "loud", warning: "" })).status,
    ).toBe(400);
  });

  it("lets new people in", async () => {
    const answer = await send({ deed: "person", as: bob, name: "erin", server: "away.test" });
    expect(answer.headers.get("location")).toBe("/?as=erin%40away.test");
    const page = await look("erin@away.test");
    expect(page).toContain("Write as erin");
    // On another server the group has its whole name.
    expect(page).toMatch(/<textarea id="text"[^>]*>@ducks@sandbox.test <\/textarea>/u);
  });

  it("answers neither to foreign names nor to forms of foreign pages, and is allowed nothing foreign", async () => {
    const { hostname, port } = new URL(sandbox.page);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { host: "trap.example" };
      request({ hostname, port, headers }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
    const foreign = await send({ deed: "reset", as: bob }, { origin: "https://trap.example" });
    expect(foreign.status).toBe(403);
    const text = await fetch(new URL("/do", sandbox.page), {
      method: "POST",
      body: `{"deed":"reset"}`,
    });
    expect([400, 403]).toContain(text.status);
    const { headers } = await fetch(sandbox.page);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain("unsafe");
  });

  it("begins anew with the files as they are then", async () => {
    await post("@ducks Soon forgotten");
    await write("messages", { ping_response: "Honk {version}" });
    // Whoever is impatient presses twice.
    const resets = [1, 2].map(() => send({ deed: "reset", as: bob }));
    for (const reset of resets) expect((await reset).status).toBe(303);
    expect(await look(bob)).not.toContain("Soon forgotten");
    await post("@ducks /ping", { visibility: "direct" });
    await until(async () => /Honk \d/u.test(await look(bob)));
    expect(await look(bob)).not.toContain("erin");
    // A file that cannot be used leaves everything as it is.
    await write("config", { acct: "ducks@example.social" });
    const answer = await send({ deed: "reset", as: bob }, { accept: "text/plain" });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain("appdata");
    expect(await look(bob)).toMatch(/Honk \d/u);
  });
});
