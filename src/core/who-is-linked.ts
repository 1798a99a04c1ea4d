import { hostOf, toAcct } from "./acct.js";
import type { Acct, Mention } from "./model.js";
import { type PageAddress, toPageAddress } from "./profile-url.js";

const handle = /^@([\p{L}\p{N}\p{M}_.-]+)(?:@([^\s@]+))?$/u;

/** Who says what of pages; the order in which it was said does not matter. */
class Claims {
  readonly #claimants = new Map<string, Set<Acct>>();

  add(page: string, acct: Acct): void {
    const claimants = this.#claimants.get(page);
    if (claimants === undefined) this.#claimants.set(page, new Set([acct]));
    else claimants.add(acct);
  }

  /** The only one who claims it. */
  only(page: string): Acct | undefined {
    const [first, ...others] = this.#claimants.get(page) ?? [];
    return others.length === 0 ? first : undefined;
  }

  has(page: string): boolean {
    return this.#claimants.has(page);
  }
}

/** Gives the `user@host` that a link with this text to this page stands for, if it is somebody. */
export type WhoIsLinked = (text: string, page: PageAddress) => string | undefined;

/**
 * Finds out whom links name. A page may lie elsewhere than its owner's address says, and only its
 * owner's server knows, through `mentions`; but an account can call any page its own. So, for the
 * link of `@alice` to a page on `good.example`:
 *
 * 1. `alice@good.example`, if mentioned: whoever holds that server cannot be pushed aside;
 * 2. else the one mentioned `alice` whose page is on `good.example` and whose own host is a domain
 *    above it, which nobody else can have;
 * 3. else the one mentioned `alice` who says that her page is on `good.example`, as long as no
 *    other does: the author's server lists whom it linked, so this is her;
 * 4. else `alice@good.example`.
 *
 * A complete handle is believed, but for 2. Any other text is somebody only by the page of 1 or 2.
 */
export function createWhoIsLinked(mentions: readonly Mention[]): WhoIsLinked {
  const listed = new Set<string>();
  // By what the address would be if the page's host were in it, save for the first.
  const ownPages = new Claims();
  const own = new Claims();
  const said = new Claims();
  for (const { acct, url } of mentions) {
    listed.add(acct);
    const page = toPageAddress(url);
    if (page === undefined) continue;
    const there = `${acct.slice(0, acct.indexOf("@"))}@${page.host}`;
    said.add(there, acct);
    if (!isOwn(page, acct)) continue;
    own.add(there, acct);
    ownPages.add(page.key, acct);
  }

  return (text, page) => {
    const [, user, host] = handle.exec(text) ?? [];
    if (user === undefined) return ownPages.only(page.key);
    const there = toAcct(`${user}@${page.host}`) ?? `${user.toLowerCase()}@${page.host}`;
    if (host !== undefined) {
      const typed = toAcct(text);
      return typed === undefined || listed.has(typed) ? typed : (own.only(there) ?? typed);
    }
    if (listed.has(there)) return there;
    return (own.has(there) ? own : said).only(there) ?? there;
  };
}

function isOwn({ host }: PageAddress, acct: Acct): boolean {
  const ownHost = hostOf(acct);
  return host === ownHost || (ownHost.includes(".") && host.endsWith(`.${ownHost}`));
}
