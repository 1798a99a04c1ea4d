import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFolder } from "../own-folder.js";
import { bundleProgram } from "./bundle.js";
import { licensesOf } from "./licenses.js";

/** The last step of `npm run build`: makes `dist/`, which is what is packed and installed. */
const project = fileURLToPath(ownFolder);
const folder = join(project, "dist");
await rm(folder, { recursive: true, force: true });
const modules = await bundleProgram(project, folder);
await writeFile(join(folder, "THIRD-PARTY-LICENSES.txt"), await licensesOf(project, modules));
await chmod(join(folder, "main.js"), 0o755);
