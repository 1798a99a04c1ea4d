import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Next } from "hono";
import type { Fault } from "../../surface.js";
import type { HostContext } from "../context.js";
import type { FaultBook } from "../faults.js";

/** Lets the request take its course, with the fault. The status is what the client saw, if anything. */
export async function suffer(
  fault: Fault,
  faults: FaultBook,
  { c, next }: { readonly c: HostContext; readonly next: Next },
): Promise<number | undefined> {
  const { incoming, outgoing } = c.env;
  if (fault.kind === "delay") {
    if (await faults.hold(fault.delayMs)) {
      await next();
      return c.res.status;
    }
    return withoutAnswer(c);
  }
  const isAfter =
    fault.kind === "respond" ? fault.afterEffect === true : fault.when === "after-effect";
  if (isAfter) await next();
  if (fault.kind === "respond") {
    respond(outgoing, fault);
    withoutAnswer(c);
    return fault.status;
  }
  if (fault.kind === "hang") await faults.hold();
  incoming.socket.destroy();
  return withoutAnswer(c);
}

/** Keeps Hono from answering. */
function withoutAnswer(c: HostContext): undefined {
  // It would merge the headers of an answer that is there already into the new one.
  c.res = undefined;
  c.res = RESPONSE_ALREADY_SENT;
}

function respond(outgoing: ServerResponse, fault: Fault & { readonly kind: "respond" }): void {
  const { body = "", type = body === "" ? undefined : "application/json; charset=utf-8" } = fault;
  const headers = {
    ...(type === undefined || type === "" ? {} : { "Content-Type": type }),
    ...fault.headers,
  };
  outgoing.writeHead(fault.status, headers).end(body);
}
