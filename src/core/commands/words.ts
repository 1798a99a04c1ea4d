import { toAcct, toHost } from "../acct.js";
import { handlesIn, wordCharacters } from "../handles.js";
import { leadingTag } from "../hashtags.js";
import type { Acct, Host } from "../model.js";
import type { Words } from "./command.js";

/** No name, server or tag is longer. */
const wordMaxLength = 400;
/** Quotation marks, brackets and marks of direction. */
const before = /^[\p{Ps}\p{Pi}\p{Cf}"'<]+/u;
const after = new RegExp(`[^${wordCharacters}@-]+$`, "u");

/** Reads an argument. `localHost` completes `@user`. */
export function createWords(argument: string, localHost: Host): Words {
  const text = argument.trim();
  const [typed = ""] = /^\S*/.exec(text) ?? [];
  const first = typed.length > wordMaxLength ? "" : typed.replace(before, "").replace(after, "");

  const host = (): Host | undefined => {
    const found = first.includes("@") ? undefined : toHost(first);
    return found?.includes(".") ? found : undefined;
  };
  const tag = (): string | undefined => leadingTag(first);
  const acct = (): Acct | undefined => {
    const named = first.includes("@") ? toAcct(first, localHost) : undefined;
    if (named !== undefined) return named;
    // `/ban bad.example, says @ann@far.example` is about the server, and `#…` about a hashtag, even
    // one that cannot be.
    if (host() !== undefined || /^[#＃]/u.test(first)) return undefined;
    for (const handle of handlesIn(text)) {
      const found = toAcct(handle.text, localHost);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return { text, acct, host, tag };
}
