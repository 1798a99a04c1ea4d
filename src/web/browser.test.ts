import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  flawsOf,
  looks,
  openBrowser,
  overflowOf,
  visit,
  whyNoBrowser,
} from "../testing/browser.js";
import { DaemonBench } from "../testing/daemon-bench.js";
import { freePort } from "../testing/free-port.js";
import { until } from "../testing/until.js";

/** Set it to renew the README's pictures. */
const { SCREENSHOTS: wantsPictures } = process.env;
const pictures = fileURLToPath(new URL("../../docs/images/", import.meta.url));

const missing = whyNoBrowser === undefined ? "" : ` (there is ${whyNoBrowser} here)`;

describe.skipIf(missing !== "")(`the status page in Chromium${missing}`, () => {
  let browser: Browser;
  let bench: DaemonBench;
  let address: string;

  beforeAll(async () => {
    browser = await openBrowser();
    bench = await DaemonBench.open("ducks", "geese", "swans");
    const port = await freePort();
    address = `http://127.0.0.1:${port}/`;
    await bench.write("groups.json5", `{ http_listen: ${port} }`);
    await bench.place("ducks", { control: { group_tags: ["ducks"] } });
    const wrong = { base: bench.host.baseUrl, token: bench.host.user("geese").token };
    await bench.place("swans", { config: { appdata: wrong } });
    await bench.start("ducks", "geese");
    const alice = bench.host.user("alice");
    const { id } = await alice.post("Look at this duck @ducks");
    await alice.post("A nice one @ducks", { inReplyTo: id });
    await alice.post("@ducks /ping", { visibility: "direct" });
    await alice.post("Not for everybody @geese", { visibility: "private" });
    await until(
      async () => {
        const text = await (await fetch(address)).text();
        return (
          /a reply without.*/su.test(text) && text.includes("/ping") && text.includes("STOPPED")
        );
      },
      { timeoutMs: 15_000 },
    );
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await bench?.[Symbol.asyncDispose]();
  });

  it.each(looks)("is readable by everybody and asks nobody else: %s", async (name, options) => {
    const { context, page, complaints, asked } = await visit(browser, address, options);
    await page.getByText("Not shared: a reply without a group hashtag.").first().waitFor();
    expect(await flawsOf(page)).toEqual([]);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    const foreign = asked.filter((url) => !url.startsWith(address) && !url.startsWith("data:"));
    expect(foreign).toEqual([]);
    if (wantsPictures !== undefined) {
      await mkdir(pictures, { recursive: true });
      await page.screenshot({ path: `${pictures}status-${name}.png`, fullPage: true });
    }
    await context.close();
  });

  it("shows what happens as it happens, and leaves open what was opened", async () => {
    const { context, page, complaints } = await visit(browser, address);
    const limits = page.locator("details[id='limits-ducks@sandbox.test']");
    await limits.locator("summary").click();
    await bench.host.user("alice").post("Another duck @ducks");
    await page.getByText("2", { exact: true }).first().waitFor();
    const ducks = page.locator("section", { hasText: "ducks@sandbox.test" });
    await ducks.getByText("Shared: the group was named in it.").nth(1).waitFor();
    expect(await limits.getAttribute("open")).not.toBeNull();
    const isFocused = "document.activeElement.id";
    expect(await page.evaluate(isFocused)).toBe("sum-limits-ducks@sandbox.test");
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("works without JavaScript", async () => {
    const { context, page } = await visit(browser, address, { javaScriptEnabled: false });
    await page.getByText("Not shared: a reply without a group hashtag.").first().waitFor();
    await page.getByText("Limits of the server").first().click();
    await page
      .getByText(/^posts: /u)
      .first()
      .waitFor();
    await context.close();
  });

  it("says when the service has gone, and goes on when it is back", async () => {
    const { context, page } = await visit(browser, address);
    const note = page.getByText("The service does not answer.");
    expect(await note.isVisible()).toBe(false);
    const config = await bench.read("groups.json5");
    await bench.reload("{}");
    await note.waitFor({ state: "visible" });
    await bench.reload(JSON.stringify(config));
    await note.waitFor({ state: "hidden", timeout: 15_000 });
    await context.close();
  });
});
