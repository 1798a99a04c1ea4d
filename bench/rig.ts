import {
  type Sandbox,
  type SandboxHost,
  startSandbox,
  type WireMark,
} from "../src/sandbox/index.js";
import type { ApiNotification, SandboxUser } from "../src/sandbox/surface.js";

export const domain = "bench.test";
const patienceMs = 60_000;

/** A frame as the server sends it, and the post it tells of. */
export interface Material {
  readonly frame: string;
  readonly statusId: string;
}

/** What is posted: a text of usual length, with what texts have in them. */
export function textFor(group: SandboxUser, number: number): string {
  return `@${group.acct} Number ${number}: has anybody seen the new pond behind the station? Here is how to get there: https://ducks.example/ponds/station?from=fedi It is worth the walk, and the ducks are tame. #ducks #walks`;
}

/**
 * The server that program and floor talk to. It lives in the process that measures, and everything
 * else in processes of their own; what is measured are the moments when bytes come and go, so what the
 * server makes of them afterwards is in no delay.
 */
export class Rig implements AsyncDisposable {
  readonly #waiting = new Map<string, (atMs: number) => void>();
  readonly #socketsAt = new Map<string, number>();
  #sandbox: Sandbox | undefined;
  /** When the last frame went out. */
  frameAtMs = 0;

  static async open({
    keeps,
    hasRateLimits = false,
  }: {
    readonly keeps?: number;
    /** Refuse what Mastodon would refuse. Default false: what is measured is not the server. */
    readonly hasRateLimits?: boolean;
  } = {}): Promise<Rig> {
    const rig = new Rig();
    rig.#sandbox = await startSandbox({
      hosts: [{ domain, hasRateLimits, hasNotificationPolicy: false }],
      onWire: (mark) => rig.#note(mark),
      ...(keeps === undefined ? {} : { keeps }),
    });
    return rig;
  }

  get host(): SandboxHost {
    if (this.#sandbox === undefined) throw new Error("The rig is not open.");
    return this.#sandbox.host(domain);
  }

  /** When something happens for the next time: `POST /path` or `socket name`. Rejects after a minute. */
  next(what: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}.`)), patienceMs);
      this.#waiting.set(what, (atMs) => {
        clearTimeout(timer);
        resolve(atMs);
      });
    });
  }

  /** When this user's socket was opened last. */
  socketAt(username: string): number | undefined {
    return this.#socketsAt.get(username);
  }

  /** Sends a frame as it is. @returns when it was on its way */
  send(group: SandboxUser, { frame }: Material): number {
    this.host.faults.streams.sendRaw(group.username, frame);
    return this.frameAtMs;
  }

  /** Has somebody post to the group in silence, and gives the frames that would have told of it. */
  async prepare(
    group: SandboxUser,
    author: SandboxUser,
    texts: readonly string[],
    visibility: "public" | "direct" = "public",
  ): Promise<readonly Material[]> {
    this.host.faults.streams.silence(true);
    for (let at = 0; at < texts.length; at += 8) {
      await Promise.all(texts.slice(at, at + 8).map((text) => author.post(text, { visibility })));
    }
    this.host.faults.streams.silence(false);
    return await materialOf(group, texts.length);
  }

  #note(mark: WireMark): void {
    if (mark.kind === "frame") this.frameAtMs = mark.atMs;
    if (mark.kind === "socket") this.#socketsAt.set(mark.username, mark.atMs);
    const what =
      mark.kind === "request" ? `${mark.method} ${mark.path}` : `${mark.kind} ${mark.username}`;
    const tell = this.#waiting.get(what);
    if (tell === undefined) return;
    this.#waiting.delete(what);
    tell(mark.atMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox?.close();
  }
}

/** The newest mentions of a group, oldest first. */
async function materialOf(group: SandboxUser, count: number): Promise<readonly Material[]> {
  const found: Material[] = [];
  for (let maxId = ""; found.length < count; ) {
    const page = await group.api<readonly ApiNotification[]>(
      "GET",
      `/api/v1/notifications?limit=80&types[]=mention${maxId}`,
    );
    const last = page.at(-1);
    if (last === undefined) throw new Error("The sandbox has lost notifications.");
    maxId = `&max_id=${last.id}`;
    for (const notification of page) {
      const payload = JSON.stringify(notification);
      found.push({
        frame: JSON.stringify({ stream: ["user"], event: "notification", payload }),
        statusId: notification.status?.id ?? "",
      });
    }
  }
  return found.slice(0, count).toReversed();
}
