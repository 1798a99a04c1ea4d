import type { Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { Inspector } from "../mastodon/inspect.js";
import type { Clock, MastodonGateway, OutgoingPost, StreamItem } from "../ports.js";
import { type Finding, ok, problem, warning } from "./finding.js";

export interface StreamPlace {
  readonly gateway: MastodonGateway;
  readonly inspector: Pick<Inspector, "probeStream">;
  readonly traits: Traits;
  readonly pollIntervalMs: number;
  readonly clock: Clock;
  /** Send a direct message to nobody, see it come, delete it. */
  readonly sendsPost: boolean;
}

/** Servers answer within a fraction of a second, busy ones within a few. */
const patienceMs = 10_000;

/** Whether the stream works: that it lives, and, where that is asked for, that events come by it. */
export async function checkStream(
  place: StreamPlace,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { traits, pollIntervalMs } = place;
  const polled = `the group is served by a look every ${pollIntervalMs / 1000} s`;
  if (traits.streamingUrl === undefined) {
    return [ok("stream", `This kind of server has no stream; ${polled}.`)];
  }
  const { host } = new URL(traits.streamingUrl);
  try {
    const sign = await place.inspector.probeStream({ timeoutMs: patienceMs }, signal);
    const restart = "Tell the people who run the server to look at its streaming service.";
    if (sign.kind === "closed") {
      return [
        problem(
          "stream",
          `The stream at ${host} opens and is closed again (${sign.code}).`,
          restart,
        ),
      ];
    }
    if (sign.kind === "silent") {
      const text = `The stream at ${host} opens, but nothing comes by it, not even an answer to a ping.`;
      return [problem("stream", text, restart)];
    }
    if (place.sendsPost) return [await tryPost(place, host, signal)];
    const text = `The stream at ${host} opens and answers. Whether events come by it shows --try-stream.`;
    return [ok("stream", text)];
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    if (error.failure === "permanent") {
      const text = `The server opens no stream (${error.message}); ${polled}.`;
      return [warning("stream", text, "If it should have one, tell the people who run it.")];
    }
    const text = `The stream at ${host} does not open (${error.message}); until it does, ${polled}.`;
    return [problem("stream", text, "If it stays so, tell the people who run the server.")];
  }
}

/** Nobody but the group sees the post. One deletion counts against the server's limits. */
async function tryPost(
  { gateway, clock }: StreamPlace,
  host: string,
  signal: AbortSignal,
): Promise<Finding> {
  await gateway.learnTraits(signal);
  const heard = new Set<string>();
  let posted: string | undefined;
  let tell: (isHeard: boolean) => void = () => undefined;
  const over = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  const take = (item: StreamItem) => {
    if ("status" in item) heard.add(item.status.id);
    if (item.kind === "closed") tell(false);
    else if (posted !== undefined && heard.has(posted)) tell(true);
  };
  const giveUp = () => tell(false);
  const stream = await gateway.connect({ aliveTimeoutMs: patienceMs }, take, signal);
  try {
    const id = await gateway.post(testPost(clock.now()), signal);
    posted = id;
    const stopWaiting = clock.after(patienceMs, giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const isHeard = heard.has(id) || (await over);
      signal.throwIfAborted();
      if (isHeard)
        return ok("stream", `A post of our own came by the stream at ${host}, and was deleted.`);
      const text = `A post of our own did not come by the stream at ${host} within ${patienceMs / 1000} s; it was deleted.`;
      const remedy =
        "Some servers do not send such posts; on Mastodon it means that its streaming service needs a restart.";
      return warning("stream", text, remedy);
    } finally {
      stopWaiting();
      signal.removeEventListener("abort", giveUp);
      await gateway.deleteStatus(id, signal);
    }
  } finally {
    stream.close();
  }
}

function testPost(now: number): OutgoingPost {
  return {
    text: "fedigroups doctor looks whether the stream works. Nobody else sees this, and it is deleted at once.",
    inReplyTo: undefined,
    visibility: "direct",
    spoilerText: "",
    isSensitive: false,
    mediaIds: [],
    language: "en",
    key: `doctor ${now}`,
  };
}
