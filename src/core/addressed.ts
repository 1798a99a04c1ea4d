import { hostOf, isWithin, toAcct } from "./acct.js";
import { handlesIn } from "./handles.js";
import type { Account, Host, Status } from "./model.js";
import { toPageAddress } from "./profile-url.js";

/**
 * Does the text call the group by its name? To be listed in `mentions` is not enough, since some
 * servers list everybody in the thread there.
 */
export function isAddressed(status: Status, self: Account): boolean {
  const localHost = hostOf(self.acct);
  let isKnownListed: boolean | undefined;
  for (const handle of handlesIn(status.text)) {
    if (toAcct(handle.text, localHost) !== self.acct) continue;
    // A bare name can be somebody's of the same name on the author's server.
    isKnownListed ??= isListed(status, self);
    if (handle.isComplete || isKnownListed) return true;
  }
  return false;
}

/** Is the group named in the text or listed in `mentions`? */
export function isMentioned(status: Status, self: Account): boolean {
  return isListed(status, self) || isAddressed(status, self);
}

function isListed(status: Status, self: Account): boolean {
  const page = toPageAddress(self.url);
  return status.mentions.some(
    ({ acct, url }) =>
      acct === self.acct ||
      (page !== undefined &&
        toPageAddress(url)?.key === page.key &&
        // Anybody can call our page theirs, and orders to them would be orders to us.
        isRelated(hostOf(acct), page.host as Host)),
  );
}

function isRelated(host: Host, other: Host): boolean {
  const [shorter, longer] = host.length < other.length ? [host, other] : [other, host];
  return host === other || (shorter.includes(".") && isWithin(longer, shorter));
}
