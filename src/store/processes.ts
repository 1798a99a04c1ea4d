import { readFile } from "node:fs/promises";
import { kill } from "node:process";
import { codeOf } from "./file-error.js";

/** One run of one process; a number that is given out again makes another one. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the kernel's own count; `undefined` where there is no /proc. */
  readonly startedAt?: string | undefined;
  /** Which start of the machine that was. */
  readonly bootId?: string | undefined;
}

/** What the lock asks the operating system. */
export interface Processes {
  identify(pid: number): Promise<ProcessIdentity>;
  /** False only when that very process is certainly gone. */
  isRunning(identity: ProcessIdentity): Promise<boolean>;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch {
    return undefined;
  }
}

/** State and start time from `/proc/<pid>/stat`; the name in brackets may hold anything. */
function parseStat(stat: string): { state: string | undefined; startedAt: string | undefined } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0], startedAt: fields[19] };
}

function answersToSignals(pid: number): boolean {
  try {
    kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return codeOf(error) !== "ESRCH";
  }
}

/** The processes of this machine, through /proc where there is one and signal 0 elsewhere. */
export function createProcesses(
  proc = "/proc",
  isThere: (pid: number) => boolean = answersToSignals,
): Processes {
  const readStat = async (pid: number) => {
    const stat = await readIfThere(`${proc}/${pid}/stat`);
    return stat === undefined ? undefined : parseStat(stat);
  };
  const readBootId = () => readIfThere(`${proc}/sys/kernel/random/boot_id`);
  return {
    identify: async (pid) => ({
      pid,
      startedAt: (await readStat(pid))?.startedAt,
      bootId: await readBootId(),
    }),
    isRunning: async ({ pid, startedAt, bootId }) => {
      const currentBootId = await readBootId();
      if (bootId !== undefined && currentBootId !== undefined && bootId !== currentBootId) {
        return false;
      }
      if (!isThere(pid)) return false;
      const now = await readStat(pid);
      if (now === undefined) return true;
      if (now.state === "Z" || now.state === "X") return false;
      return startedAt === undefined || now.startedAt === startedAt;
    },
  };
}
