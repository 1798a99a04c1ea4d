import { surveyConfig } from "../config/load.js";
import { toAcct } from "../core/acct.js";
import { type Diagnosis, examine } from "../doctor/examine.js";
import { count, type Verdict } from "../doctor/finding.js";
import { createMachine, type Machine } from "../doctor/machine.js";
import { commandLine } from "./command-line.js";
import { CliError, type ExitCode, exitCodes, type Io, printable, say } from "./io.js";
import { whileWaiting } from "./progress.js";
import { readVersion } from "./version.js";

/** What `fedigroups doctor` is told. */
export interface DoctorOptions {
  readonly config: string | undefined;
  /** Only this group. */
  readonly acct: string | undefined;
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly tryStream?: boolean;
  /** Default: this one. */
  readonly machine?: Machine;
  /** Default: 30 s. */
  readonly requestTimeoutMs?: number;
}

/**
 * Looks at everything the groups need and tells what it finds; 1 when there is a problem left.
 * @throws ConfigError when the path leads nowhere, CliError (usage) for a group that is not here
 */
export async function doctorCommand(
  options: DoctorOptions,
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { config, fix = false, json = false, tryStream = false, requestTimeoutMs } = options;
  const survey = await surveyConfig(config, io.cwd);
  for (const { appdata } of survey.groups) io.secrets.add(appdata.token, appdata.clientSecret);
  const only = options.acct === undefined ? undefined : knownGroup(options.acct, survey);
  const command = (...more: readonly string[]) => commandLine(io, config, ...more);
  const findings = examine(
    {
      ...{ survey, only, command, version: readVersion(), mends: fix, sendsPost: tryStream },
      ...{ machine: options.machine ?? createMachine(), requestTimeoutMs },
    },
    signal,
  );
  const all: Diagnosis[] = [];
  const page = new Page(io);
  for (let last: string | undefined; ; last = all.at(-1)?.group) {
    const what = last === undefined ? "Looking" : `Asking the server of ${last}`;
    const { value, done } = await whileWaiting(io, what, () => findings.next());
    if (done === true) break;
    all.push(value);
    if (!json) page.add(value);
  }
  const isHealthy = all.every(({ verdict }) => verdict !== "problem");
  if (json) {
    say(io.stdout, io.secrets, JSON.stringify(toJson(all, isHealthy), undefined, 2));
  } else {
    page.end(all, fix ? undefined : command("doctor", "--fix"));
  }
  return isHealthy ? exitCodes.clean : exitCodes.failure;
}

type Survey = Awaited<ReturnType<typeof surveyConfig>>;

function knownGroup(text: string, { groups, broken, disabled }: Survey): string {
  const known = [...groups, ...broken, ...disabled].map(({ acct, folder }) => acct ?? folder);
  const wanted = toAcct(text) ?? text;
  if (known.includes(wanted)) return wanted;
  const all = known.length === 0 ? "there is none" : `there are: ${known.sort().join(", ")}`;
  throw new CliError(`There is no group ${JSON.stringify(text)} here; ${all}.`, exitCodes.usage);
}

/** The shape that docs/reference.md promises. */
function toJson(all: readonly Diagnosis[], isHealthy: boolean) {
  const findings = all.map(({ group, check, verdict, text, remedy, isMendable }) => ({
    group: group ?? null,
    check,
    verdict,
    text,
    remedy: remedy ?? null,
    mendable: isMendable,
  }));
  return { healthy: isHealthy, findings };
}

const colours: Readonly<Record<Verdict, number>> = { ok: 32, warning: 33, problem: 31, mended: 36 };
const verdictWidth = "problem".length;
const checkWidth = "configuration".length;

/** The findings as a person reads them: a line each, and below it what to do. */
class Page {
  readonly #io: Io;
  readonly #hasColour: boolean;
  #group: string | undefined;
  #isBegun = false;

  constructor(io: Io) {
    const { NO_COLOR: noColor } = io.env;
    this.#io = io;
    this.#hasColour = io.isTTY && !noColor;
  }

  add({ group, check, verdict, text, remedy }: Diagnosis): void {
    if (!this.#isBegun || group !== this.#group) {
      this.#line(`${this.#isBegun ? "\n" : ""}${group ?? "This installation"}`);
    }
    this.#isBegun = true;
    this.#group = group;
    const word = this.#coloured(verdict, verdict.padEnd(verdictWidth));
    const margin = " ".repeat(2 + verdictWidth + 2 + checkWidth + 2);
    this.#line(`  ${word}  ${check.padEnd(checkWidth)}  ${this.#clean(text)}`);
    if (remedy !== undefined && remedy !== "") this.#line(`${margin}→ ${this.#clean(remedy)}`);
  }

  /** Counts, and names the command that mends where something can be mended. */
  end(all: readonly Diagnosis[], mend: string | undefined): void {
    const of = (wanted: Verdict) => all.filter(({ verdict }) => verdict === wanted).length;
    const mended = of("mended") === 0 ? "" : `, ${of("mended")} mended`;
    this.#line(
      `\n${count(of("problem"), "problem")}, ${count(of("warning"), "warning")}${mended}.`,
    );
    const mendable = all.filter(({ isMendable }) => isMendable).length;
    if (mendable > 0 && mend !== undefined) {
      this.#line(this.#clean(`${mendable} of them can be mended by: ${mend}`));
    }
  }

  #clean(text: string): string {
    return printable(text, this.#io.secrets).replaceAll("\n", " ");
  }

  #coloured(verdict: Verdict, text: string): string {
    return this.#hasColour ? `\u001b[${colours[verdict]}m${text}\u001b[0m` : text;
  }

  #line(text: string): void {
    this.#io.stdout.write(`${text}\n`);
  }
}
