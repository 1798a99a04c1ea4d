/**
 * Node's own `node:http`, which loads `fetch` when it is imported by name: since Node 22.5 its WebSocket
 * is one of the names, a getter that an import reads. That is 20 ms and some megabytes for nothing.
 */
import { getBuiltinModule } from "node:process";

export const { Agent, createServer, request } = getBuiltinModule("node:http");
