import type { ConfigProblem } from "../errors.js";

/** One problem on one line, as an operator reads it. */
export function describeProblem({ file, where, problem }: ConfigProblem): string {
  return `  ${[file, where, problem].filter(Boolean).join(": ")}`;
}
