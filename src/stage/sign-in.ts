import { PassThrough } from "node:stream";
import { Secrets } from "../log.js";
import type { Workplace } from "./daemon.js";
import { groupAcct, groupName, type Stage } from "./stage.js";

/**
 * Runs `fedigroups -a` and plays the person at the terminal: opens the page, copies the code. Alice
 * becomes the group's admin.
 *
 * @throws Error with all that was printed when it does not work
 */
export async function signIn(
  { program, folder, io }: Workplace,
  stage: Stage,
  signal: AbortSignal,
): Promise<void> {
  const keyboard = new PassThrough();
  let printed = "";
  let isAnswered = false;
  const read = (text: string) => {
    printed += text;
    const url = /https?:\/\/\S*\/oauth\/authorize\?\S+/u.exec(printed)?.[0];
    if (url === undefined || isAnswered) return;
    isAnswered = true;
    stage.home
      .user(groupName)
      .approve(url)
      .then((code) => keyboard.write(`${code}\n`))
      .catch((error: unknown) => {
        printed += `${String(error)}\n`;
        keyboard.end();
      });
  };
  const output = { write: read };
  const argv = ["-a", groupAcct, "--base", stage.home.baseUrl, "--admin", stage.who("alice").acct];
  const exitCode = await program(
    [...argv, "-c", folder],
    {
      ...io,
      stdin: keyboard,
      stdout: output,
      stderr: output,
      isTTY: false,
      isInputTTY: false,
      cwd: folder,
      secrets: new Secrets(),
    },
    signal,
  );
  if (exitCode !== 0) throw new Error(`Signing in failed with exit code ${exitCode}:\n${printed}`);
}
