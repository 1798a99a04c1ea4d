import type { Acct, Host } from "./model.js";
import { toUrl } from "./url.js";

const label = "[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?";
const hostPattern = new RegExp(`^${label}(?:\\.${label})*$`);
const isAscii = /^[\0-\x7f]*$/;
const userPattern = /^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}_-])?$/u;
const hostMaxLength = 253;
const inputMaxLength = 1000;
const userMaxLength = 200;

/**
 * A host name as it is compared and stored: lower case, punycode, no scheme, port, path or trailing
 * dot. `undefined` when it is not a host name. A single label (`localhost`) is accepted here.
 */
export function toHost(text: string): Host | undefined {
  const bare = text.trim().replace(/^[a-z][a-z0-9+.-]{0,30}:\/\//i, "");
  if (bare.length > inputMaxLength || /[\s@\\%]/.test(bare)) return undefined;
  const authority = bare.split(/[/?#]/, 1)[0] ?? "";
  const host = toUrl(`http://${authority}`)?.hostname.replace(/\.$/, "");
  if (host === undefined || host.length > hostMaxLength || !hostPattern.test(host))
    return undefined;
  // URL reads `3.5` as the address 3.0.0.5.
  if (/^[\d.]+$/.test(host) && !authority.startsWith(host)) return undefined;
  return host as Host;
}

/**
 * A complete address from `user@host`, `@user@host`, or, with `localHost`, `user` and `@user`.
 * `undefined` when it cannot be one. Upper case and IDN hosts are folded, see {@link Acct}. Lenient
 * about what people type or paste: ports, schemes and paths are dropped.
 */
export function toAcct(text: string, localHost?: Host): Acct | undefined {
  if (text.length > inputMaxLength) return undefined;
  const [userText = "", hostText, ...more] = text.trim().replace(/^@/, "").split("@");
  // Folding comes first, since it turns some letters into spaces and dots, and some into many.
  const user = isAscii.test(userText)
    ? userText.toLowerCase()
    : userText.normalize("NFKC").toLowerCase().normalize("NFKC");
  if (more.length > 0 || user.length > userMaxLength || !userPattern.test(user)) return undefined;
  const host = hostText === undefined ? localHost : toHost(hostText);
  return host === undefined ? undefined : (`${user}@${host}` as Acct);
}

/**
 * An address as servers send it, where a bare name is one of their own: `localHost` completes it.
 * Nothing is dropped, so that nobody passes for somebody else: what has a port, a scheme or a path
 * is `undefined`, and so is a name that only folding makes another one, such as `\uff41lice`.
 */
export function toSentAcct(text: string, localHost: Host): Acct | undefined {
  const acct = /[\s:/?#]/.test(text) ? undefined : toAcct(text, localHost);
  if (acct === undefined) return undefined;
  const [name = ""] = text.replace(/^@/, "").split("@");
  // The Kelvin sign is a `k` in lower case, but nobody's `k`.
  if (name.toLowerCase() !== userOf(acct)) return undefined;
  return isAscii.test(name) || asciiIn(name) === asciiIn(userOf(acct)) ? acct : undefined;
}

function asciiIn(text: string): number {
  return text.replace(/[^\0-\x7f]/g, "").length;
}

function userOf(acct: Acct): string {
  return acct.slice(0, acct.indexOf("@"));
}

/** Is this server the other one, or a part of it: `eu.srv.example` of `srv.example`? */
export function isWithin(host: Host, other: Host): boolean {
  return host === other || host.endsWith(`.${other}`);
}

/** The server part of an address. */
export function hostOf(acct: Acct): Host {
  return acct.slice(acct.indexOf("@") + 1) as Host;
}
