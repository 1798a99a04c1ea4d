import type { Clock } from "../ports.js";
import type {
  ApiNotification,
  ApiStatus,
  Sandbox,
  SandboxHost,
  SandboxUser,
} from "../sandbox/surface.js";

/** Local domains of the two servers. */
export const homeDomain = "sandbox.test";
export const awayDomain = "away.test";
/** The group's name and address. */
export const groupName = "ducks";
export const groupAcct = `${groupName}@${homeDomain}`;

/** How long the group may take for a thing before it is called broken. */
const usualPatienceMs = 10_000;
const lookEveryMs = 40;

/** What a stage stands on. */
export interface StageParts {
  /** With the hosts {@link homeDomain}, where the group lives, and {@link awayDomain}. */
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long a fact may be in coming. Default 10 s. */
  readonly patienceMs?: number;
}

/**
 * The people around a group, and what can be seen of it from outside. One of them must be alice: it
 * is with her eyes that the group's account is looked at, so she lives where its boosts are told of.
 */
export class Stage {
  readonly sandbox: Sandbox;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #patienceMs: number;

  constructor({ sandbox, clock, signal, patienceMs = usualPatienceMs }: StageParts) {
    this.sandbox = sandbox;
    this.#clock = clock;
    this.#signal = signal;
    this.#patienceMs = patienceMs;
  }

  get home(): SandboxHost {
    return this.sandbox.host(homeDomain);
  }

  get away(): SandboxHost {
    return this.sandbox.host(awayDomain);
  }

  /** Somebody on either server. */
  who(username: string): SandboxUser {
    for (const host of this.sandbox.hosts) {
      try {
        return host.user(username);
      } catch {
        // On the other server, then.
      }
    }
    throw new Error(`There is no ${username} on this stage.`);
  }

  /** Looks again and again until the fact is there; throws with its name when it does not come. */
  async until<T>(fact: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const giveUpAt = this.#clock.now() + this.#patienceMs;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (this.#clock.now() > giveUpAt) {
        throw new Error(`Waited ${this.#patienceMs / 1000} s in vain: ${fact}.`);
      }
      await this.#clock.sleep(lookEveryMs, this.#signal);
    }
  }

  /** The uris of all that the group has boosted, newest first, as alice sees them. */
  async boosts(): Promise<readonly string[]> {
    const statuses = await this.who("alice").statusesOf(groupAcct);
    return statuses.flatMap(({ reblog }) => (reblog === null ? [] : [reblog.uri]));
  }

  /** The group's own public posts, newest first. */
  async ownPosts(): Promise<readonly ApiStatus[]> {
    const statuses = await this.who("alice").statusesOf(groupAcct);
    return statuses.filter(({ reblog }) => reblog === null);
  }

  boosted(status: ApiStatus): Promise<true> {
    return this.until(
      "the boost",
      async () => (await this.boosts()).includes(status.uri) || undefined,
    );
  }

  /** The group's answers to one post, oldest first, once there is one. */
  answersTo(username: string, status: ApiStatus): Promise<readonly ApiStatus[]> {
    return this.until(`the answer to ${username}`, async () => {
      const answers = (await this.messagesTo(username)).filter(
        ({ in_reply_to_id }) => in_reply_to_id === status.id,
      );
      return answers.length > 0 ? answers : undefined;
    });
  }

  /** What the group wrote to somebody, oldest first. */
  async messagesTo(username: string): Promise<readonly ApiStatus[]> {
    const notifications = await this.who(username).notifications();
    return notifications
      .filter(isFromGroup)
      .flatMap(({ status }) => status ?? [])
      .toReversed();
  }

  /**
   * Waits until the group has dealt with everything before now. It handles one thing after the
   * other, so the answer to a later /ping proves that what came before is done with.
   */
  async settled(): Promise<void> {
    const ping = await this.who("alice").post(`@${groupAcct} /ping`, { visibility: "direct" });
    await this.answersTo("alice", ping);
  }

  /** Does the group follow this person? */
  async followsBack(username: string): Promise<boolean> {
    const user = this.who(username);
    const search = await user.api<{ readonly accounts: readonly { readonly id: string }[] }>(
      "GET",
      `/api/v2/search?q=${encodeURIComponent(`@${groupAcct}`)}&resolve=true&type=accounts`,
    );
    const id = search.accounts[0]?.id ?? "";
    const [relationship] = await user.api<readonly { readonly followed_by: boolean }[]>(
      "GET",
      `/api/v1/accounts/relationships?id[]=${id}`,
    );
    return relationship?.followed_by === true;
  }
}

function isFromGroup({ type, account }: ApiNotification): boolean {
  return (
    type === "mention" &&
    (account.acct === groupAcct || `${account.acct}@${homeDomain}` === groupAcct)
  );
}

/** The text of a post without its markup. */
export function plain(status: ApiStatus): string {
  return status.content
    .replace(/<br ?\/?>|<\/(?:p|li|h\d|blockquote|pre)>/gu, "\n")
    .replace(/<[^>]*>/gu, "")
    .replace(/&lt;/gu, "<")
    .replace(/&gt;/gu, ">")
    .replace(/&quot;/gu, '"')
    .replace(/&#(\d+);/gu, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&amp;/gu, "&")
    .trim();
}

/** @throws Error when what ought to be is not so. */
export function expectThat(fact: boolean, what: string): void {
  if (!fact) throw new Error(`It is not so that ${what}.`);
}
