import { readFileSync } from "node:fs";

const packageFile = new URL("../../package.json", import.meta.url);

/** The version of this program, from its `package.json`. */
export function readVersion(): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(packageFile, "utf8"));
  return typeof version === "string" ? version : "unknown";
}
