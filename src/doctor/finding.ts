/** What is looked at, by the names that `doctor --json` promises. */
export type CheckName =
  | "configuration"
  | "folder"
  | "disk"
  | "service"
  | "unit"
  | "files"
  | "locale"
  | "name"
  | "certificate"
  | "server"
  | "clock"
  | "token"
  | "scopes"
  | "account"
  | "visibility"
  | "notifications"
  | "stream"
  | "follows"
  | "admins";

/** `problem`: the group cannot do its work, or not all of it. `mended`: it was one until now. */
export type Verdict = "ok" | "warning" | "problem" | "mended";

/** What came of one check. */
export interface Finding {
  readonly check: CheckName;
  readonly verdict: Verdict;
  /** One sentence: what was found. */
  readonly text: string;
  /** One sentence: what to do. */
  readonly remedy?: string | undefined;
  /** Mends it, which is safe, and says in one sentence what it did. */
  readonly mend?: ((signal: AbortSignal) => Promise<string>) | undefined;
}

/** All is well. */
export function ok(check: CheckName, text: string): Finding {
  return { check, verdict: "ok", text };
}

/** It works, and may not go on working or not be meant so. */
export function warning(check: CheckName, text: string, remedy?: string): Finding {
  return { check, verdict: "warning", text, remedy };
}

/** Somebody has to do something. */
export function problem(check: CheckName, text: string, remedy?: string): Finding {
  return { check, verdict: "problem", text, remedy };
}

/** One of something, or several: `1 admin`, `2 admins`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
