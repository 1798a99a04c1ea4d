import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  flawsOf,
  looks,
  openBrowser,
  overflowOf,
  visit,
  whyNoBrowser,
} from "../testing/browser.js";
import { openSandbox } from "../testing/open-sandbox.js";

/** Set it to renew the README's pictures. */
const { SCREENSHOTS: wantsPictures } = process.env;
const pictures = fileURLToPath(new URL("../../docs/images/", import.meta.url));

const missing = whyNoBrowser === undefined ? "" : ` (there is ${whyNoBrowser} here)`;

describe.skipIf(missing !== "")(`the playground in Chromium${missing}`, () => {
  let browser: Browser;
  let folder: string;
  let sandbox: Awaited<ReturnType<typeof openSandbox>>;
  beforeAll(async () => {
    browser = await openBrowser();
    folder = await mkdtemp(join(tmpdir(), "fedigroups-own-"));
    await mkdir(join(folder, "groups", "ducks"), { recursive: true });
    const appdata = { base: "https://example.social", token: "t" };
    const files = {
      config: { acct: "ducks@example.social", appdata },
      control: { group_tags: ["ducks", "mallards"] },
      messages: {
        welcome_public: "Quack and welcome!\n",
        cmd_ban_user_ok: "No more bread for {user}.",
      },
    };
    for (const [name, content] of Object.entries(files)) {
      const file = join(folder, "groups", "ducks", `${name}.json5`);
      await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    }
    sandbox = await openSandbox("-c", folder);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const addressOf = (acct: string) => `${sandbox.page}?as=${encodeURIComponent(acct)}`;
  const alice = () => addressOf("alice@sandbox.test");
  const bob = () => addressOf("bob@sandbox.test");

  async function post(page: Page, text: string, visibility = "public"): Promise<void> {
    await page.getByLabel("Text", { exact: true }).fill(text);
    await page.getByLabel("Who sees it").selectOption(visibility);
    await page.getByRole("button", { name: "Post" }).click();
  }
  const decision = (page: Page, text: string) =>
    page.locator("#decisions li", { hasText: text }).locator(".verdict");

  it("shows the boost of a member's post and the reason as they happen, also to others", async () => {
    const { context, page, complaints } = await visit(browser, bob());
    const other = await visit(browser, alice());
    await post(page, "@ducks A mallard on the roof this morning!");
    for (const one of [page, other.page]) {
      const boost = one.locator("#home article", { hasText: "A mallard on the roof" }).first();
      await boost.getByText("Shared: the group was named in it.").waitFor();
      await one.locator("#posts").getByText("ducks@sandbox.test boosted").first().waitFor();
      expect(await decision(one, "A mallard on the roof").textContent()).toBe(
        "Shared: the group was named in it.",
      );
    }
    expect(await page.evaluate("document.activeElement.id")).toBe("post");
    // The composer is ready for the next one, and readers of screens are told.
    expect(await page.getByLabel("Text", { exact: true }).inputValue()).toBe("@ducks ");
    expect(await page.locator("#said").textContent()).toBe("Shared: the group was named in it.");
    expect([...complaints, ...other.complaints]).toEqual([]);
    await context.close();
    await other.context.close();
  });

  it("shows why a private reply and an edit are not shared", async () => {
    const { context, page, complaints } = await visit(browser, bob());
    await post(page, "Talking to myself, about ducks");
    const own = page.locator("#home article", { hasText: "Talking to myself" });
    await own.getByRole("link", { name: "Reply" }).click();
    await page.getByText("Reply to bob").waitFor();
    await post(page, "@ducks Psst, this is private #ducks", "private");
    await decision(page, "Psst, this is private")
      .getByText("Not shared: it is not public.")
      .waitFor();
    expect(new URL(page.url()).search).toBe("?as=bob%40sandbox.test");
    const reply = page.locator("#home article", { hasText: "Psst" });
    await reply.getByText("followers only, a reply").waitFor();
    // What is half written survives what arrives.
    await reply.getByText("Edit").click();
    await reply.getByLabel("New text").fill("@ducks Half written");
    await sandbox.call("alice", "statuses", { status: "@ducks Something else arrives" });
    await page.locator("#home").getByText("Something else arrives").first().waitFor();
    expect(await reply.getByLabel("New text").inputValue()).toBe("@ducks Half written");
    await reply.getByRole("button", { name: "Save" }).click();
    await page.locator("#home .text", { hasText: "Half written" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("answers an admin's order from the hints, in the group's own words", async () => {
    const { context, page, complaints } = await visit(browser, alice());
    await page.getByText("Commands of the group").click();
    await page.getByRole("link", { name: "/ban user@server" }).click();
    await page.waitForURL(/visibility=direct/u);
    expect(await page.getByLabel("Who sees it").inputValue()).toBe("direct");
    await post(page, "@ducks /ban dave@away.test", "direct");
    await page.locator("#notices").getByText("No more bread for dave@away.test.").waitFor();
    await decision(page, "/ban dave@away.test").getByText("Ran /ban").waitFor();
    await page.locator("#people").getByText("banned").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(looks)("is usable by everybody and asks nobody else: %s", async (name, options) => {
    await sandbox.call("bob", "statuses", { status: `@ducks A mallard on the roof! #mallards` });
    await sandbox.call("bob", "statuses", {
      status: "@ducks Psst, not for all",
      visibility: "private",
    });
    await sandbox.call("alice", "statuses", { status: "@ducks /tags", visibility: "direct" });
    const { context, page, complaints, asked } = await visit(browser, alice(), options);
    await decision(page, "/tags").first().waitFor();
    if (wantsPictures !== undefined && name === "light") {
      await page.setViewportSize({ width: 1200, height: 820 });
      await page.screenshot({ path: `${pictures}playground.png` });
    }
    await page.getByText("Commands of the group").click();
    expect(await flawsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    const foreign = asked.filter(
      (url) => !url.startsWith(sandbox.page) && !url.startsWith("data:"),
    );
    expect(foreign).toEqual([]);
    await context.close();
  });

  it("says what was refused, lets people in and begins anew", async () => {
    const { context, page } = await visit(browser, bob());
    await post(page, "x".repeat(600));
    await page.getByRole("alert").getByText("The server refuses: ").waitFor();
    await page.getByLabel("Somebody new").fill("zoe");
    await page.getByRole("button", { name: "Add" }).click();
    await page.getByRole("link", { name: "zoe" }).click();
    await page.getByRole("heading", { name: "Write as zoe" }).waitFor();
    await page.getByRole("button", { name: "Follow as zoe" }).click();
    await page.getByRole("button", { name: "Unfollow as zoe" }).waitFor();
    await page.getByRole("button", { name: "Start over" }).click();
    await page.getByRole("heading", { name: "Write as alice" }).waitFor();
    expect(await page.getByRole("link", { name: "zoe" }).count()).toBe(0);
    await context.close();
  });
});
