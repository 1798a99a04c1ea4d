import { lookup } from "node:dns/promises";
import { access, constants, readdir, readFile, statfs } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { systemClock } from "../clock.js";
import type { Clock } from "../ports.js";
import { codeOf } from "../store/file-error.js";

/** A certificate as the server showed it. */
export interface Certificate {
  /** When it ends; `undefined` when it does not say. */
  readonly endsAt: number | undefined;
  /** Why it is not trusted, by OpenSSL's code. */
  readonly distrust: string | undefined;
}

/** A file of the service manager. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
}

/** What the doctor asks this machine, and nobody else in the program does; tests hand in another. */
export interface Machine {
  readonly clock: Clock;
  /** What is left for whoever is not root. @throws Error with a code */
  freeSpace(
    folder: string,
  ): Promise<{ readonly bytes: number; readonly files: number | undefined }>;
  /** The addresses of a name. @throws Error with a code such as ENOTFOUND */
  lookUp(host: string): Promise<readonly string[]>;
  /** @throws Error with a code, when there is no TLS to be had */
  certificate(host: string, port: number, signal: AbortSignal): Promise<Certificate>;
  /** The unit that counts, then what is added to it, in the order in which systemd reads them. */
  unitFiles(): Promise<readonly UnitFile[]>;
  isExecutable(file: string): Promise<boolean>;
}

const timeoutMs = 10_000;

/** Where systemd looks for units, the strongest first. */
const unitFolders = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"];
const unitName = "fedigroups.service";

/** This machine. `root` is put before the folders of systemd. */
export function createMachine(root = "/", clock: Clock = systemClock): Machine {
  const folders = unitFolders.map((folder) => join(root, folder, "systemd/system"));
  return {
    clock,
    freeSpace: async (folder) => {
      const { bavail, bsize, files, ffree } = await statfs(folder);
      // Some file systems make room for files as they go, and tell 0 of 0.
      return { bytes: bavail * bsize, files: files === 0 ? undefined : ffree };
    },
    lookUp: async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
    certificate: (host, port, signal) => readCertificate(host, port, signal),
    unitFiles: async () => {
      const [unit] = await readAll(folders.map((folder) => join(folder, unitName)));
      return unit === undefined ? [] : [unit, ...(await readAll(await dropIns(folders)))];
    },
    isExecutable: async (file) => {
      try {
        await access(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** The files that change the unit, each name once, sorted by name. */
async function dropIns(folders: readonly string[]): Promise<readonly string[]> {
  const found = new Map<string, string>();
  for (const folder of folders) {
    const place = join(folder, `${unitName}.d`);
    const names = await readdir(place).catch(() => []);
    for (const name of names.filter((each) => each.endsWith(".conf"))) {
      if (!found.has(name)) found.set(name, join(place, name));
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

async function readAll(paths: readonly string[]): Promise<readonly UnitFile[]> {
  const files: UnitFile[] = [];
  for (const path of paths) {
    try {
      files.push({ path, text: await readFile(path, "utf8") });
    } catch (error) {
      // Mostly it is not there; one that we may not read cannot be judged either.
      if (codeOf(error) === undefined) throw error;
    }
  }
  return files;
}

function readCertificate(host: string, port: number, signal: AbortSignal): Promise<Certificate> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // The name is only sent where it is one; what is wrong is looked at here, not thrown.
    const servername = isIP(host) === 0 ? host : "";
    const socket = connect({ host, port, servername, rejectUnauthorized: false });
    const stop = (error: unknown) => {
      socket.destroy();
      reject(error);
    };
    const abort = () => stop(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    socket.setTimeout(timeoutMs, () =>
      stop(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
    );
    socket.once("close", () => signal.removeEventListener("abort", abort));
    socket.once("error", stop);
    socket.once("secureConnect", () => {
      const { valid_to: validTo } = socket.getPeerCertificate();
      const endsAt = Date.parse(validTo);
      const { authorized, authorizationError: error } = socket;
      resolve({
        endsAt: Number.isNaN(endsAt) ? undefined : endsAt,
        distrust: authorized ? undefined : (codeOf(error) ?? String(error)),
      });
      socket.destroy();
    });
  });
}
