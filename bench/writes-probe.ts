/**
 * Loaded into the program's process before the program (`node --import`): counts what is done to files,
 * and writes the counts into a file when it gets SIGUSR2.
 */
import { writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

/** Since the process began. */
export interface Writes {
  /** How often a file was opened in order to be written. */
  readonly files: number;
  readonly renames: number;
  /** Second names, by which a version is kept. */
  readonly links: number;
  /** Of files and of folders. */
  readonly syncs: number;
  readonly bytes: number;
}

const { FEDIGROUPS_BENCH_WRITES: told } = process.env;
const counts = { files: 0, renames: 0, links: 0, syncs: 0, bytes: 0 };
const { open, rename, link } = fs;

fs.open = async (path, flags, mode) => {
  const handle = await open(path, flags, mode);
  if (typeof flags === "number" || (typeof flags === "string" && /[wa+]/u.test(flags)))
    counts.files++;
  const { sync, datasync, writeFile } = handle;
  handle.sync = () => {
    counts.syncs++;
    return sync.call(handle);
  };
  handle.datasync = () => {
    counts.syncs++;
    return datasync.call(handle);
  };
  handle.writeFile = (data, options) => {
    if (typeof data === "string") counts.bytes += Buffer.byteLength(data);
    return writeFile.call(handle, data, options);
  };
  return handle;
};
fs.rename = (from, to) => {
  counts.renames++;
  return rename(from, to);
};
fs.link = (from, to) => {
  counts.links++;
  return link(from, to);
};
syncBuiltinESMExports();

process.on("SIGUSR2", () => {
  if (told !== undefined) writeFileSync(told, JSON.stringify(counts));
});
