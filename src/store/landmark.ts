import { stat } from "node:fs/promises";
import { join } from "node:path";
import { codeOf, FileError, toFileError } from "./file-error.js";

async function isThere(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return false;
    throw toFileError(`Cannot look at ${file}`, error);
  }
}

/**
 * Looks for the file, given without its ending, that shows that the folder is the group's.
 * @throws FileError when the folder is not, or no longer, the group's.
 */
export async function checkLandmark(folder: string, landmark: string | undefined): Promise<void> {
  if (landmark === undefined) return;
  for (const ending of ["json5", "json"]) {
    if (await isThere(join(folder, `${landmark}.${ending}`))) return;
  }
  const what = (await isThere(folder))
    ? `${folder} has lost its ${landmark}.json5, so nothing is written there`
    : `The folder ${folder} is gone`;
  throw new FileError(`${what}; put it back, or mount its disk.`, { code: "ENOENT" });
}
