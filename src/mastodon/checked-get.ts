import { type LookupAddress, type LookupOptions, lookup as resolve } from "node:dns";
import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getSecure } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Looks at every address of a name before one of them is connected to; throws to refuse. */
export type AddressCheck = (address: string) => void;

/** What {@link checkedGet} gives: as much of a `Response` as is needed. */
export interface CheckedResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One GET without redirects, whose connection goes to the very address that was checked. With `fetch`
 * the name would be resolved once for the check and again for the connection, and whoever owns it can
 * answer differently each time.
 *
 * @throws what `check` throws; the errors of Node's own client
 */
export async function checkedGet(
  url: URL,
  headers: Headers,
  check: AddressCheck,
  signal: AbortSignal,
): Promise<CheckedResponse> {
  const name = url.hostname.replace(/^\[|\]$/gu, "");
  // Node does not look up what is an address already.
  if (isIP(name) !== 0) check(name);
  const get = url.protocol === "https:" ? getSecure : getPlain;
  const response = await new Promise<IncomingMessage>((settle, reject) => {
    const options = { headers: Object.fromEntries(headers), lookup: checking(check), signal };
    get(url, { ...options, agent: false }, settle).on("error", reject);
  });
  const received = new Headers();
  for (const [key, value] of Object.entries(response.headers)) {
    if (typeof value === "string") received.set(key, value);
  }
  return { status: response.statusCode ?? 0, headers: received, body: response };
}

function checking(check: AddressCheck): LookupFunction {
  return (name, options: LookupOptions, done) => {
    resolve(name, { ...options, all: true }, (error, found: readonly LookupAddress[] = []) => {
      try {
        if (error !== null) throw error;
        for (const { address } of found) check(address);
        const [first] = found;
        if (options.all === true) done(null, [...found]);
        else done(null, first?.address ?? "", first?.family);
      } catch (refusal) {
        done(refusal instanceof Error ? refusal : new Error(String(refusal)), "");
      }
    });
  };
}

const internal = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  internal.addSubnet(net, prefix, "ipv4");
}
for (const [net, prefix] of [
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
  // All of these carry an IPv4 address inside.
  ["::", 96],
  ["64:ff9b::", 96],
  ["64:ff9b:1::", 48],
  ["2001::", 32],
  ["2002::", 16],
] as const) {
  internal.addSubnet(net, prefix, "ipv6");
}

/** Does the address lead into the operator's own machine or network? */
export function isInternal(address: string): boolean {
  return internal.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
