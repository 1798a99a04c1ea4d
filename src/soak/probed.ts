import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ChildDaemon } from "../stage/child.js";
import type { SoakOptions } from "./soak.js";

/** Starts the daemon with the probe in its process; what it complains of is counted. */
export function startProbed(
  { build, env, sampleEveryMs }: Pick<SoakOptions, "build" | "env" | "sampleEveryMs">,
  place: { readonly folder: string; readonly samplesFile: string },
  complaints: Map<string, number>,
): ChildDaemon {
  const probe = pathToFileURL(join(build.hooks, "soak", "probe.js")).href;
  return new ChildDaemon(build, {
    argv: ["-c", place.folder],
    folder: place.folder,
    nodeArgv: ["--expose-gc", "--import", probe],
    env: {
      ...env,
      FEDIGROUPS_SOAK_SAMPLES: place.samplesFile,
      FEDIGROUPS_SOAK_EVERY_MS: String(sampleEveryMs),
    },
    onLine: (line, output) => {
      const text = output === "stderr" ? line : complaintIn(line);
      if (text !== undefined) complaints.set(text, (complaints.get(text) ?? 0) + 1);
    },
  });
}

/** What a line of the log complains of; `undefined`: of nothing. */
function complaintIn(line: string): string | undefined {
  const level = /"level":"(warn|error|fatal)"/u.exec(line)?.[1];
  if (level === undefined) return undefined;
  const text = /"msg":"((?:[^"\\]|\\.)*)"/u.exec(line)?.[1] ?? line;
  const cause = /"err":\{"type":"[^"]*","message":"((?:[^"\\]|\\.)*)"/u.exec(line)?.[1];
  // Ids and ports would make every line one of its own.
  return `${level}: ${text}${cause === undefined ? "" : ` (${cause})`}`.replace(/\d{4,}/gu, "…");
}
