import { chmod, constants, lstat, mkdir, open, rm, rmdir } from "node:fs/promises";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { createServer } from "../node-http.js";
import { codeOf } from "../store/file-error.js";
import { closed, type Listener, listening } from "./serve.js";

/** A folder of the daemon's user alone: nobody else reaches the socket in it. */
const folderName = ".fedigroups.run";
const socketName = "socket";
/** Linux takes no longer address of a socket, the byte at its end included. */
const maxAddressBytes = 107;

/** Where the daemon that runs the groups of a folder listens to its own user. */
export function socketOf(groupsFolder: string): string {
  return join(groupsFolder, folderName, socketName);
}

/** An address for the socket, short enough whatever the path; valid until it is disposed of. */
export interface SocketAddress extends AsyncDisposable {
  readonly path: string;
}

/** @throws what the file system says, `ENOENT` when there is no such folder */
export async function addressOf(groupsFolder: string): Promise<SocketAddress> {
  const path = socketOf(groupsFolder);
  if (Buffer.byteLength(path) <= maxAddressBytes) {
    return { path, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const folder = await open(join(groupsFolder, folderName), constants.O_DIRECTORY);
  return {
    path: join("/proc/self/fd", `${folder.fd}`, socketName),
    [Symbol.asyncDispose]: () => folder.close(),
  };
}

/**
 * Serves HTTP on the socket of a groups folder, to our own user only. To be called by whoever holds the
 * folder's lock: a socket that is there already was left behind by a crash.
 * @throws what the file system says
 */
export async function listenOnSocket(
  groupsFolder: string,
  serve: RequestListener,
): Promise<Listener> {
  const folder = join(groupsFolder, folderName);
  await mkdir(folder, { mode: 0o700, recursive: true });
  // Somebody's link could lead anywhere.
  if (!(await lstat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`);
  await chmod(folder, 0o700);
  await rm(join(folder, socketName), { force: true });
  const address = await addressOf(groupsFolder);
  const server = createServer(serve);
  try {
    await listening(server, { path: address.path });
    await chmod(join(folder, socketName), 0o600);
  } catch (error) {
    server.close();
    await address[Symbol.asyncDispose]();
    throw error;
  }
  return {
    close: async () => {
      await closed(server);
      try {
        await rm(join(folder, socketName), { force: true });
        await rmdir(folder);
      } catch (error) {
        // What a disk that is away or read-only keeps is taken away by the next start.
        if (codeOf(error) === undefined) throw error;
      }
      await address[Symbol.asyncDispose]();
    },
  };
}
