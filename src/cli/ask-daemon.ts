import { request } from "../node-http.js";
import { codeOf, explain } from "../store/file-error.js";
import { addressOf, socketOf } from "../web/unix-socket.js";
import { CliError } from "./io.js";

const timeoutMs = 30_000;
/** What the system says where nobody listens. */
const nobody = ["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ENOTDIR"];

/** What is asked of the daemon. */
export interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: unknown;
}

/**
 * Asks the daemon that runs the groups of this folder. Resolves with its answer, `undefined` when there is
 * no such daemon.
 * @throws CliError when there is one that does not answer, or not to us
 */
export async function askDaemon(groupsFolder: string, asked: Question): Promise<unknown> {
  try {
    await using address = await addressOf(groupsFolder);
    return await exchange(address.path, asked);
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (nobody.includes(codeOf(error) ?? "")) return undefined;
    throw new CliError(
      `The service cannot be asked at ${socketOf(groupsFolder)}: ${explain(error)}.`,
      undefined,
      error,
    );
  }
}

function exchange(socketPath: string, { method, path, body }: Question): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { host: "localhost", "content-type": "application/json" };
    const asking = request({ socketPath, method, path, headers, timeout: timeoutMs }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        if (answer.statusCode === 200) resolve(JSON.parse(text));
        else reject(new CliError(`The service says ${answer.statusCode}: ${text}`));
      });
    });
    asking.on("timeout", () => {
      asking.destroy(new CliError("The service does not answer; look at its log."));
    });
    asking.on("error", reject);
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
