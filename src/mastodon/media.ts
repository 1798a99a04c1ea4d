import { basename } from "node:path";
import type { Attachment } from "../core/model.js";
import { toUrl } from "../core/url.js";
import { GatewayError } from "../errors.js";
import { senseless } from "./classify.js";
import { createClient, segment } from "./client.js";
import type { AddressCheck } from "./exchange.js";
import { request } from "./http.js";
import { isInternal } from "./internal-address.js";
import { at, idOf, textOf } from "./odd.js";
import { type Session, unless } from "./session.js";

const maxMediaBytes = 40_000_000;
const transferTimeoutMs = 120_000;
const maxPolls = 60;
const pollMs = 1_000;

/** @throws GatewayError */
export async function copyMedia(
  session: Session,
  attachment: Attachment,
  signal: AbortSignal,
): Promise<string> {
  const file = await download(session, attachment, signal);
  const { description } = attachment;
  const { api } = createClient({ ...session.http, timeoutMs: transferTimeoutMs }, signal);
  const uploaded: unknown = await api.v2.media.create({
    file,
    ...(description === "" ? {} : { description }),
    // masto would poll with timers of its own.
    skipPolling: true,
  });
  const id = idOf(at(uploaded, "id"));
  if (id === undefined) throw senseless("Uploading a file", "no attachment in the answer", 200);
  if (textOf(at(uploaded, "url")) === undefined) await waitUntilReady(session, id, signal);
  return id;
}

async function waitUntilReady(session: Session, id: string, signal: AbortSignal): Promise<void> {
  for (let poll = 0; poll < maxPolls; poll++) {
    await session.clock.sleep(pollMs, signal);
    const media: unknown = await unless([404], () =>
      session.client(signal).api.v1.media.$select(segment(id)).fetch(),
    );
    if (textOf(at(media, "url")) !== undefined) return;
  }
  throw senseless("Uploading a file", "the server did not finish processing it");
}

async function download(
  session: Session,
  attachment: Attachment,
  signal: AbortSignal,
): Promise<File> {
  const url = toUrl(attachment.url);
  if (url === undefined) throw refusal("its address cannot be read");
  const { headers, bytes } = await request(
    { ...session.http, maxBytes: maxMediaBytes, timeoutMs: transferTimeoutMs },
    {
      method: "GET",
      url,
      headers: { Accept: "*/*" },
      isAnonymous: true,
      tooLong: "permanent",
      guard: (next) => guard(next, session.http.baseUrl),
    },
    signal,
  );
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "application/octet-stream";
  return new File([bytes], basename(url.pathname) || "file", { type });
}

/**
 * Servers without a media proxy give a stranger's own address for a file. What answers only within
 * the operator's network is none of the stranger's business, unless our server lives there, too.
 */
function guard(url: URL, baseUrl: string): AddressCheck | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refusal("it is not on the web");
  // Another port of our server's machine may be another service.
  if (url.origin === new URL(baseUrl).origin) return undefined;
  return (address) => {
    if (isInternal(address)) throw refusal("it is on an internal network");
  };
}

function refusal(problem: string): GatewayError {
  return new GatewayError(`A file was not copied: ${problem}.`, {
    failure: "permanent",
    isOutcomeKnown: true,
  });
}
