import { main } from "../cli/main.js";
import { RecordingIo } from "./recording-io.js";
import { until } from "./until.js";

/** The sandbox as somebody at another terminal and in a browser has it. */
export async function openSandbox(...options: readonly string[]) {
  const io = new RecordingIo();
  const stop = new AbortController();
  const done = main(["sandbox", "--port", "0", ...options], io, stop.signal);
  void done.catch(() => undefined);
  const close = () => {
    stop.abort("SIGINT");
    return done;
  };
  await until(() => io.out.includes("Stop with Ctrl-C."), { timeoutMs: 10_000, what: io.err });
  const baseUrl = /sandbox\.test +(http\S+)/u.exec(io.out)?.[1];
  // They are told anew when everything has begun anew.
  const tokenOf = (name: string) =>
    [...io.out.matchAll(new RegExp(`^  ${name}@sandbox.test +(\\S+)`, "gmu"))].at(-1)?.[1] ?? "";
  return {
    ...{ io, close, baseUrl, tokenOf },
    page: /Open (http\S+) to play/u.exec(io.out)?.[1] ?? "",
    call: async (name: string, path: string, fields: Record<string, string> = {}) => {
      const answer = await fetch(`${baseUrl}/api/v1/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${tokenOf(name)}` },
        body: new URLSearchParams(fields),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
}
