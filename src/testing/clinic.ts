import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DoctorOptions, doctorCommand } from "../cli/doctor.js";
import { systemClock } from "../clock.js";
import { createMachine, type Machine } from "../doctor/machine.js";
import type { Clock } from "../ports.js";
import {
  type HostOptions,
  type SandboxHost,
  startSandbox,
  type UserOptions,
} from "../sandbox/index.js";
import { RecordingIo } from "./recording-io.js";

/** One finding as `doctor --json` tells it. */
export interface ToldFinding {
  readonly group: string | null;
  readonly check: string;
  readonly verdict: string;
  readonly text: string;
  readonly remedy: string | null;
  readonly mendable: boolean;
}

/** What a visit may be told; `machine` replaces parts of a machine without a unit. */
interface VisitOptions extends Partial<Omit<DoctorOptions, "machine">> {
  readonly machine?: Partial<Machine>;
}

/** A clock by which nobody waits for longer than a moment, for what never comes. */
export const hastyClock: Clock = {
  ...systemClock,
  sleep: (delayMs, signal) => systemClock.sleep(Math.min(delayMs, 100), signal),
  after: (delayMs, act) => systemClock.after(Math.min(delayMs, 100), act),
};

/** A group in a folder of its own, its server, and a doctor who looks at both. */
export class Clinic implements AsyncDisposable {
  /** The group is healthy: an automated account, open notifications, alice as its admin. */
  static async open(
    options: { readonly host?: Partial<HostOptions>; readonly user?: Partial<UserOptions> } = {},
  ): Promise<Clinic> {
    const sandbox = await startSandbox({ hosts: [{ domain: "sandbox.test", ...options.host }] });
    const folder = await mkdtemp(join(tmpdir(), "fedigroups-doctor-"));
    const host = sandbox.host("sandbox.test");
    host.addUser({ username: "alice" });
    host.addUser({ username: "ducks", isBot: true, isLocked: false, ...options.user });
    const clinic = new Clinic(host, folder, async () => {
      await sandbox.close();
      await rm(folder, { recursive: true });
    });
    await clinic.put("groups/ducks/config.json5", clinic.config());
    await clinic.put("groups/ducks/control.json5", { admin_users: ["alice@sandbox.test"] });
    return clinic;
  }

  readonly host: SandboxHost;
  readonly folder: string;
  readonly #close: () => Promise<void>;

  private constructor(host: SandboxHost, folder: string, close: () => Promise<void>) {
    this.host = host;
    this.folder = folder;
    this.#close = close;
  }

  /** The group's configuration. */
  config({ token, base, ...more }: Record<string, unknown> = {}): object {
    const appdata = {
      base: base ?? this.host.baseUrl,
      token: token ?? this.host.user("ducks").token,
    };
    return { acct: "ducks@sandbox.test", appdata, ...more };
  }

  async put(name: string, content: unknown, mode = 0o600): Promise<string> {
    const file = join(this.folder, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const text = typeof content === "string" ? content : JSON.stringify(content);
    await writeFile(file, text, { mode });
    return file;
  }

  /** Lets everybody's notifications through, as the service does at its start. */
  async openNotifications(): Promise<void> {
    const policy = { for_private_mentions: "accept", for_limited_accounts: "accept" };
    await this.host.user("ducks").api("PUT", "/api/v2/notifications/policy", policy);
  }

  /** What the doctor prints. */
  async visit(options: VisitOptions = {}, io = new RecordingIo({ cwd: this.folder })) {
    const { machine, ...more } = options;
    const given = { config: undefined, acct: undefined, ...more };
    const whole = { ...createMachine(join(this.folder, "root")), ...machine };
    const signal = new AbortController().signal;
    const exitCode = await doctorCommand({ ...given, machine: whole }, io, signal);
    return { exitCode, out: io.out, err: io.err };
  }

  /** The findings. */
  async findings(options: VisitOptions = {}): Promise<readonly ToldFinding[]> {
    const { out } = await this.visit({ ...options, json: true });
    return JSON.parse(out).findings;
  }

  /** All of one check that are not all right, each as `verdict: text → remedy`. */
  async complaints(check: string, options: VisitOptions = {}) {
    const findings = await this.findings(options);
    return findings
      .filter((each) => each.check === check && each.verdict !== "ok")
      .map(({ verdict, text, remedy }) => `${verdict}: ${text}${remedy ? ` → ${remedy}` : ""}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
