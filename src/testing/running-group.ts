import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../cli/main.js";
import type { SandboxHost, SandboxUser } from "../sandbox/index.js";
import { RecordingIo } from "./recording-io.js";
import { until } from "./until.js";

/** The real program in this process, with one group. */
export interface RunningGroup extends AsyncDisposable {
  readonly io: RecordingIo;
  /** The group's `control.json5` as it stands. */
  control(): Promise<unknown>;
  /** Stops it as systemd would; resolves with the exit code. */
  stop(): Promise<number>;
}

/** Starts the program for one account and waits until it listens, or polls. */
export async function runGroupOf(
  { acct, token, username }: SandboxUser,
  host: SandboxHost,
  options: {
    readonly control?: object;
    readonly clientSecret?: string;
    readonly argv?: readonly string[];
    /** Default: a socket is open, or the home timeline has been asked for. */
    readonly isReady?: () => boolean;
  } = {},
): Promise<RunningGroup> {
  const folder = await mkdtemp(join(tmpdir(), "fedigroups-group-"));
  const groupFolder = join(folder, "groups", acct);
  await mkdir(groupFolder, { recursive: true });
  const { control = {}, clientSecret = "", argv = [], isReady } = options;
  const appdata = { base: host.baseUrl, client_secret: clientSecret, token };
  const file = (name: string) => join(groupFolder, `${name}.json5`);
  await writeFile(file("config"), JSON.stringify({ acct, appdata }), { mode: 0o600 });
  await writeFile(file("control"), JSON.stringify(control));
  await writeFile(join(folder, "groups.json5"), '{ "poll_interval_s": 0.2 }');
  const io = new RecordingIo({ cwd: folder });
  const abort = new AbortController();
  const running = main(argv, io, abort.signal);
  const hasAsked = () =>
    host.requests.some(
      ({ path, status, ...by }) =>
        path === "/api/v1/timelines/home" && by.username === username && status !== undefined,
    );
  await until(isReady ?? (() => host.faults.streams.count(username) > 0 || hasAsked()), {
    timeoutMs: 20_000,
    what: "A group that listens",
  });
  const stop = async () => {
    abort.abort("SIGTERM");
    return await running;
  };
  return {
    io,
    control: async () => JSON.parse(await readFile(file("control"), "utf8")),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
