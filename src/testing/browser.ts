import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => existsSync(place));

/** Why there can be no browser here; `undefined` when there can. */
export const whyNoBrowser = executablePath === undefined ? "no Chromium" : undefined;

/** In a container there is no sandbox to be had, and the pages are our own. The browser asks nobody for anything. */
const args = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
  ...["--disable-background-networking", "--disable-component-update"],
];

/** A real browser without a window. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("There is no Chromium here.");
  return chromium.launch({ executablePath, args });
}

/** A page as somebody sees it. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the browser complains about. */
  readonly complaints: readonly string[];
  /** Everything it asks for. */
  readonly asked: readonly string[];
}

/** Opens a page; to be ended by closing its context. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext(options);
  // Below the time of a test, so that it says what it waited for.
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(address);
  return { context, page, complaints, asked };
}

/** The ways in which every page has to be good. */
export const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
  ["light", { colorScheme: "light", viewport: { width: 1200, height: 700 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1200, height: 700 } }],
  ["phone", { colorScheme: "light", viewport: { width: 390, height: 844 }, isMobile: true }],
];

/** How far the page reaches beyond the edge of the screen, in pixels; 0 or less is good. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate<number>("document.documentElement.scrollWidth - window.innerWidth");
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core finds wrong with the page, one line each. */
export async function flawsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource());
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
}

function axeSource(): string {
  const require = createRequire(import.meta.url);
  const { source }: { source: string } = require("axe-core");
  return source;
}
