import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = places.find((place) => existsSync(place));

/** Why there can be no browser here; `undefined` when there can. */
export const whyNoBrowser = executablePath === undefined ? "no Chromium" : undefined;

/** A real browser without a window. */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error("There is no Chromium here.");
  // In a container there is no sandbox to be had, and the pages are our own.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
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
