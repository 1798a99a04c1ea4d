import { readFile } from "node:fs/promises";
import { join } from "node:path";
import JSON5 from "json5";
import type { ApiAccount, ApiStatus, StatusChange } from "../sandbox/surface.js";
import { plain } from "../stage/stage.js";
import type { Seen, SeenPost } from "./oracle.js";
import type { Group } from "./town.js";

/** Everything that was posted and boosted, and not taken back. */
export class History {
  readonly #byUri = new Map<string, StatusChange>();

  note(change: StatusChange): void {
    if (change.kind === "made") this.#byUri.set(change.uri, change);
    else this.#byUri.delete(change.uri);
  }

  /** What this account has made. */
  of(acct: string): readonly StatusChange[] {
    return [...this.#byUri.values()].filter(({ author }) => author === acct);
  }

  isBoosted(acct: string, uri: string): boolean {
    return this.of(acct).some(({ reblogOf }) => reblogOf === uri);
  }

  isAnswered(acct: string, uri: string): boolean {
    return this.of(acct).some(({ inReplyTo }) => inReplyTo === uri);
  }
}

/** Looks at a group from outside: past the bad network, and with the server's own eyes. */
export async function look({ user, acct, folder }: Group, history: History): Promise<Seen> {
  const made = history.of(acct);
  const posts: SeenPost[] = [];
  for (const { uri, reblogOf, inReplyTo, mentions } of made) {
    if (reblogOf !== undefined) continue;
    const status = await user.localStatus(uri);
    posts.push({ uri, inReplyTo, mentions, text: textOf(status), visibility: status.visibility });
  }
  const control: unknown = JSON5.parse(await readFile(join(folder, "control.json5"), "utf8"));
  return {
    boosts: made.flatMap(({ reblogOf }) => reblogOf ?? []),
    posts,
    followed: await followedBy({ user, acct }),
    control: Object.fromEntries(Object.entries(Object(control))),
  };
}

/** Without the sign that keeps commands in the group's own texts from being commands. */
function textOf(status: ApiStatus): string {
  return plain(status).replaceAll("\u{2060}", "");
}

async function followedBy({ user, acct }: Pick<Group, "user" | "acct">): Promise<string[]> {
  const self = await user.api<ApiAccount>("GET", "/api/v1/accounts/verify_credentials");
  const domain = acct.slice(acct.indexOf("@"));
  const path = `/api/v1/accounts/${self.id}/following?limit=80`;
  const accounts = await user.api<readonly ApiAccount[]>("GET", path);
  return accounts.map((account) =>
    account.acct.includes("@") ? account.acct : `${account.acct}${domain}`,
  );
}
