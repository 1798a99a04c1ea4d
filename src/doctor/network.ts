import { isIP } from "node:net";
import type { Inspector } from "../mastodon/inspect.js";
import { codeOf } from "../store/file-error.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";
import type { Certificate, Machine } from "./machine.js";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** Whether the name of the server leads anywhere. */
export async function checkName(url: URL, machine: Machine): Promise<Finding> {
  const host = bare(url.hostname);
  if (isIP(host) !== 0) return ok("name", `${host} is an address and needs no look-up.`);
  try {
    const addresses = await machine.lookUp(host);
    return ok("name", `${host} is at ${addresses.slice(0, 3).join(", ")}.`);
  } catch (error) {
    const code = codeOf(error) ?? String(error);
    const text = `The name ${host} cannot be resolved (${code}).`;
    if (code === "ENOTFOUND") {
      return problem("name", text, "Is the server gone, or appdata.base in config.json5 misspelt?");
    }
    return problem("name", text, "Look at this machine's network and at /etc/resolv.conf.");
  }
}

/** Whether the way to the server is a private one that goes on being so. */
export async function checkCertificate(
  url: URL,
  machine: Machine,
  signal: AbortSignal,
): Promise<Finding> {
  const host = bare(url.hostname);
  if (url.protocol === "http:") {
    if (isLoopback(host))
      return ok("certificate", `${url.host} is on this machine, and needs no TLS.`);
    const text = `The way to ${url.host} is plain HTTP: everybody on it can read the group's token.`;
    return warning("certificate", text, "Write https:// into appdata.base in config.json5.");
  }
  try {
    const port = url.port === "" ? 443 : Number(url.port);
    return judge(host, await machine.certificate(host, port, signal), machine.clock.now());
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error) ?? String(error);
    const text = `No TLS connection to ${url.host} can be made (${code}).`;
    return problem("certificate", text, "Is the server down, or a firewall on the way?");
  }
}

function judge(host: string, { distrust, endsAt }: Certificate, now: number): Finding {
  const end = endsAt === undefined ? "" : ` until ${new Date(endsAt).toISOString().slice(0, 10)}`;
  if (distrust !== undefined) {
    const [reason, remedy] = reasons.find(([pattern]) => pattern.test(distrust))?.[1] ?? [
      "is not trusted",
      "Tell the people who run the server.",
    ];
    return problem("certificate", `The certificate of ${host} ${reason} (${distrust}).`, remedy);
  }
  const leftMs = endsAt === undefined ? Number.POSITIVE_INFINITY : endsAt - now;
  if (leftMs < 7 * dayMs) {
    const text = `The certificate of ${host} ends in ${count(Math.max(0, Math.floor(leftMs / dayMs)), "day")}.`;
    return warning(
      "certificate",
      text,
      "If it is not renewed soon, tell the people who run the server.",
    );
  }
  return ok("certificate", `The certificate of ${host} is good${end}.`);
}

const clockRemedy =
  "If this machine's clock is right, tell the people who run the server; if not, set it.";

const reasons: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/HAS_EXPIRED/u, ["has ended", clockRemedy]],
  [/NOT_YET_VALID/u, ["is not valid yet", clockRemedy]],
  [
    /SELF_SIGNED|UNABLE_TO|ISSUER|UNTRUSTED/u,
    [
      "is signed by nobody whom this machine trusts",
      "Update Node.js and ca-certificates; for a server of your own, name its authority in NODE_EXTRA_CA_CERTS in the unit.",
    ],
  ],
  [
    /ALTNAME/u,
    [
      "is for another name",
      "Correct appdata.base in config.json5, or tell the people who run the server.",
    ],
  ],
];

/** How far two clocks may be apart. */
const tolerableMs = minuteMs;
const harmfulMs = 5 * minuteMs;

/** Whether the two clocks agree; the answer also shows that the server is there. */
export async function checkClock(inspector: Inspector, signal: AbortSignal): Promise<Finding> {
  const { theirs, ours } = await inspector.readClock(signal);
  if (theirs === undefined) return ok("clock", "The server does not tell the time.");
  const offMs = ours - theirs;
  const distance = Math.abs(offMs);
  if (distance < tolerableMs) return ok("clock", "This machine's clock agrees with the server's.");
  const text = `This machine's clock is ${duration(distance)} ${offMs > 0 ? "ahead of" : "behind"} the server's.`;
  const remedy = "Set it, and keep it right: sudo timedatectl set-ntp true";
  return distance < harmfulMs ? warning("clock", text, remedy) : problem("clock", text, remedy);
}

function duration(ms: number): string {
  const minutes = Math.round(ms / minuteMs);
  if (minutes < 120) return count(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? count(hours, "hour") : count(Math.round(hours / 24), "day");
}

/** An IPv6 address without its brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/u, "$1");
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./u.test(host);
}
