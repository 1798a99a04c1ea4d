import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What Node cannot: receives datagrams on a Unix socket, and prints each as a line of JSON. */
const receiver = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print(json.dumps("listening"), flush=True)
while True:
    print(json.dumps(s.recv(65536).decode()), flush=True)
`;

const canRun = (program: string) => {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** Why there can be no such socket here; `undefined` when there can. */
export const whyNoNotifySocket = ["python3", "systemd-notify"].find((program) => !canRun(program));

/** The end of a notify socket that systemd has in its hands. */
export class NotifySocket implements AsyncDisposable {
  static async open(): Promise<NotifySocket> {
    const folder = await mkdtemp(join(tmpdir(), "fedigroups-notify-"));
    const path = join(folder, "notify");
    const child = spawn("python3", ["-c", receiver, path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const socket = new NotifySocket(folder, path, child);
    await once(child.stdout, "data");
    return socket;
  }

  readonly path: string;
  /** Every field received, oldest first: `READY=1`. */
  readonly fields: string[] = [];
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, path: string, child: ChildProcess) {
    this.#folder = folder;
    this.path = path;
    this.#child = child;
    if (child.stdout === null) throw new Error("The receiver cannot be heard.");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message: unknown = JSON.parse(line);
      if (typeof message !== "string" || message === "listening") return;
      this.fields.push(...message.split("\n").filter((field) => field !== "BARRIER=1"));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill();
    await once(this.#child, "close");
    await rm(this.#folder, { recursive: true });
  }
}
