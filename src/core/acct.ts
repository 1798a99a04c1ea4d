import type { Acct, Host } from "./model.js";

/**
 * A host name as it is compared and stored: lower case, punycode, no scheme, port, path or trailing
 * dot. `undefined` when it is not a host name. A single label (`localhost`) is accepted here.
 */
export function toHost(text: string): Host | undefined {
  const bare = text.trim().replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
  if (bare === "" || /[\s@\\<>"'`]/u.test(bare)) return undefined;
  const authority = bare.split(/[/?#]/u, 1)[0] ?? "";
  try {
    const { hostname } = new URL(`http://${authority}`);
    const host = hostname.replace(/\.$/u, "");
    if (host === "" || host.length > 253) return undefined;
    return host as Host;
  } catch {
    return undefined;
  }
}

/**
 * A complete address from `user@host`, `@user@host`, or, with `localHost`, `user` and `@user`.
 * `undefined` when it cannot be one. Upper case and IDN hosts are folded, see {@link Acct}.
 */
export function toAcct(text: string, localHost?: Host): Acct | undefined {
  const parts = text.trim().replace(/^@/u, "").split("@");
  const [user = "", hostText] = parts;
  if (
    parts.length > 2 ||
    !/^[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_.-]*[\p{L}\p{N}\p{M}_-])?$/u.test(user)
  ) {
    return undefined;
  }
  const host = hostText === undefined ? localHost : toHost(hostText);
  return host === undefined
    ? undefined
    : (`${user.normalize("NFKC").toLowerCase()}@${host}` as Acct);
}

/** The server part of an address. */
export function hostOf(acct: Acct): Host {
  return acct.slice(acct.indexOf("@") + 1) as Host;
}
