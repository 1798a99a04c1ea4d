import { readFileSync } from "node:fs";
import { ownFolder } from "../own-folder.js";

const packageFile = new URL("package.json", ownFolder);

/** The version of this program, from its `package.json`. */
export function readVersion(): string {
  const { version }: { version?: unknown } = JSON.parse(readFileSync(packageFile, "utf8"));
  return typeof version === "string" ? version : "unknown";
}
