import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import JSON5 from "json5";
import { main } from "../cli/main.js";
import { type Sandbox, type SandboxHost, startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "./recording-io.js";
import { until } from "./until.js";

/** The whole program in this process: files in a real folder, a sandbox, commands typed beside it. */
export class DaemonBench implements AsyncDisposable {
  static async open(...usernames: readonly string[]): Promise<DaemonBench> {
    const sandbox = await startSandbox();
    const host = sandbox.host("sandbox.test");
    for (const username of ["alice", ...usernames]) host.addUser({ username });
    const folder = await mkdtemp(join(tmpdir(), "fedigroups-bench-"));
    const bench = new DaemonBench(sandbox, host, folder);
    for (const username of usernames) await bench.place(username);
    return bench;
  }

  readonly host: SandboxHost;
  /** Holds `groups/` and, if a test writes one, `groups.json5`. */
  readonly folder: string;
  readonly stop = new AbortController();
  /** Of the daemon. */
  env: Record<string, string> = {};
  readonly #sandbox: Sandbox;
  readonly #running: Promise<number>[] = [];
  #io: DaemonIo | undefined;

  private constructor(sandbox: Sandbox, host: SandboxHost, folder: string) {
    this.#sandbox = sandbox;
    this.host = host;
    this.folder = folder;
  }

  get groupsFolder(): string {
    return join(this.folder, "groups");
  }

  /** A group's folder, with a sound configuration and what else is given. */
  async place(username: string, more: { config?: object; control?: object } = {}): Promise<void> {
    const appdata = { base: this.host.baseUrl, token: this.host.user(username).token };
    const config = { acct: `${username}@sandbox.test`, appdata, ...more.config };
    await this.write(`groups/${username}/config.json5`, config);
    if (more.control !== undefined) {
      await this.write(`groups/${username}/control.json5`, more.control);
    }
  }

  /** Writes a file below the folder: text as it is, anything else as JSON. */
  async write(path: string, content: unknown): Promise<void> {
    const file = join(this.folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(file, text, { mode: 0o600 });
  }

  async read(path: string): Promise<Record<string, unknown>> {
    return JSON5.parse(await readFile(join(this.folder, path), "utf8"));
  }

  /** Starts the daemon and waits until these groups listen. */
  async start(...usernames: readonly string[]): Promise<DaemonIo> {
    const io = new DaemonIo({ cwd: this.folder, env: this.env });
    this.#io = io;
    this.#running.push(main(["-v"], io, this.stop.signal));
    for (const username of usernames) await this.isListening(username);
    return io;
  }

  isListening(username: string): Promise<unknown> {
    return until(() => this.host.faults.streams.count(username) > 0, {
      what: `The stream of ${username}`,
      timeoutMs: 10_000,
    });
  }

  /** Has the daemon read another common file. */
  async reload(commonFile: string): Promise<void> {
    await this.write("groups.json5", commonFile);
    await this.#io?.reload();
  }

  /** Types a command into another terminal. */
  async type(...argv: readonly string[]) {
    const io = new RecordingIo({ cwd: this.folder });
    const code = await main(argv, io, new AbortController().signal);
    return { code, out: io.out, err: io.err };
  }

  /** Stops the daemon; resolves with its exit code. */
  async end(): Promise<number | undefined> {
    this.stop.abort("SIGTERM");
    return (await Promise.all(this.#running)).at(-1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    await this.#sandbox.close();
    await rm(this.folder, { recursive: true });
  }
}

/** Standard streams that a test can hang up on. */
export class DaemonIo extends RecordingIo {
  readonly #listeners = new Set<() => void>();

  readonly onHangUp = (listen: () => void) => {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  };

  /** As `systemctl reload` does; resolves when the log tells what came of it. */
  async reload(): Promise<Record<string, unknown>> {
    const before = this.entries().length;
    for (const listen of this.#listeners) listen();
    return await until(() =>
      this.entries()
        .slice(before)
        .find(({ msg }) => /^(?:Read the files again|The files cannot be used)/u.test(String(msg))),
    );
  }

  /** What was logged, parsed. */
  entries(): readonly Record<string, unknown>[] {
    return this.out
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  }
}
