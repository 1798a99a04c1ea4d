import type { Budget } from "../core/facts.js";
import type {
  Account,
  AccountId,
  Acct,
  GroupEvent,
  Status,
  StatusId,
  Visibility,
} from "../core/model.js";
import type { Rank } from "../core/rank.js";
import { cautiousTraits, type Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import type { MastodonGateway, OutgoingPost, Page, Stream, StreamItem } from "../ports.js";

/** A post that the fake server has taken. */
export interface TakenPost extends OutgoingPost {
  readonly id: StatusId;
}

interface Trouble {
  readonly error: Error;
  /** True: the call takes effect, only its answer is lost. */
  readonly isAfterEffect: boolean;
}

/** One stream's socket as the test holds it. */
export class FakeSocket implements Stream {
  readonly #take: (item: StreamItem) => void;
  isOpen = true;

  constructor(take: (item: StreamItem) => void) {
    this.#take = take;
  }

  say(item: StreamItem): void {
    if (!this.isOpen) return;
    if (item.kind === "closed") this.isOpen = false;
    this.#take(item);
  }

  close(): void {
    this.isOpen = false;
  }
}

/** A server in memory, as the worker sees it. Says what was asked of it in `calls`. */
export class FakeGateway implements MastodonGateway {
  self: Account;
  traits: Traits = { ...cautiousTraits, isGuess: false, streamingUrl: "ws://fake.test" };
  /** Newest first, as a server lists them. */
  notificationList: GroupEvent[] = [];
  homeList: GroupEvent[] = [];
  readonly statuses = new Map<StatusId, Status>();
  readonly accounts = new Map<Acct, Account>();
  readonly posts: TakenPost[] = [];
  readonly boosts: StatusId[] = [];
  readonly deleted: StatusId[] = [];
  readonly following = new Set<AccountId>();
  waiting: Account[] = [];
  budgetList: Budget[] = [];
  readonly sockets: FakeSocket[] = [];
  /** `method argument`, in order, failed ones included. */
  readonly calls: string[] = [];
  /** The ranks that were asked for, in order. */
  readonly ranks: Rank[] = [];
  pageSize = 40;
  readonly #troubles = new Map<string, Trouble[]>();

  constructor(self: Account) {
    this.self = self;
  }

  /** The next `count` calls of `method` fail with `error`. */
  fail(
    method: keyof MastodonGateway,
    error: Error,
    options: { readonly count?: number; readonly isAfterEffect?: boolean } = {},
  ): void {
    const { count = 1, isAfterEffect = false } = options;
    const queue = this.#troubles.get(method) ?? [];
    for (let index = 0; index < count; index++) queue.push({ error, isAfterEffect });
    this.#troubles.set(method, queue);
  }

  /** Nothing fails any more. */
  recover(): void {
    this.#troubles.clear();
  }

  /** How many sockets the worker has open. */
  get openSockets(): number {
    return this.sockets.filter(({ isOpen }) => isOpen).length;
  }

  /** A new event: listed, and said on every open socket. */
  happen(event: GroupEvent, options: { readonly isStreamed?: boolean } = {}): void {
    if (event.kind === "home") this.homeList.unshift(event);
    else this.notificationList.unshift(event);
    if ("status" in event) this.statuses.set(event.status.id, event.status);
    if (options.isStreamed === false) return;
    for (const socket of this.sockets) if (socket.isOpen) socket.say(event);
  }

  async #call<T>(method: keyof MastodonGateway, argument: string, effect: () => T): Promise<T> {
    this.calls.push(argument === "" ? method : `${method} ${argument}`);
    const trouble = this.#troubles.get(method)?.shift();
    if (trouble !== undefined && !trouble.isAfterEffect) throw trouble.error;
    const result = effect();
    if (trouble !== undefined) throw trouble.error;
    return result;
  }

  ranked(rank: Rank): FakeGateway {
    this.ranks.push(rank);
    return this;
  }

  whoAmI(): Promise<Account> {
    return this.#call("whoAmI", "", () => this.self);
  }

  learnTraits(): Promise<Traits> {
    return this.#call("learnTraits", "", () => this.traits);
  }

  openNotifications(): Promise<number | undefined> {
    return this.#call("openNotifications", "", () => 0);
  }

  async connect(
    _options: { readonly aliveTimeoutMs: number },
    take: (item: StreamItem) => void,
    signal: AbortSignal,
  ): Promise<Stream> {
    const socket = await this.#call("connect", "", () => new FakeSocket(take));
    signal.throwIfAborted();
    this.sockets.push(socket);
    socket.say({ kind: "connected" });
    return socket;
  }

  notifications(maxId: string | undefined): Promise<Page> {
    return this.#call("notifications", maxId ?? "", () =>
      this.#page(this.notificationList, maxId, (event) => (event.kind === "home" ? "" : event.id)),
    );
  }

  home(maxId: string | undefined): Promise<Page> {
    return this.#call("home", maxId ?? "", () =>
      this.#page(this.homeList, maxId, (event) => (event.kind === "home" ? event.status.id : "")),
    );
  }

  #page(
    list: readonly GroupEvent[],
    maxId: string | undefined,
    idOf: (event: GroupEvent) => string,
  ): Page {
    const start = maxId === undefined ? 0 : list.findIndex((event) => idOf(event) === maxId) + 1;
    const events = list.slice(start, start + this.pageSize);
    const last = events.at(-1);
    return { events, nextMaxId: last === undefined ? undefined : idOf(last) };
  }

  followRequests(): Promise<readonly Account[]> {
    return this.#call("followRequests", "", () => this.waiting);
  }

  status(id: StatusId): Promise<Status | undefined> {
    return this.#call("status", id, () => {
      const status = this.statuses.get(id);
      return status && { ...status, rebloggedByUs: this.boosts.includes(id) };
    });
  }

  account(acct: Acct): Promise<Account | undefined> {
    return this.#call("account", acct, () => this.accounts.get(acct));
  }

  reblog(id: StatusId, _visibility: Visibility): Promise<void> {
    return this.#call("reblog", id, () => {
      this.boosts.push(id);
    });
  }

  unreblog(id: StatusId): Promise<void> {
    return this.#call("unreblog", id, () => {
      const index = this.boosts.indexOf(id);
      if (index >= 0) this.boosts.splice(index, 1);
    });
  }

  deleteStatus(id: StatusId): Promise<void> {
    return this.#call("deleteStatus", id, () => {
      this.deleted.push(id);
    });
  }

  copyMedia(attachment: { readonly url: string }): Promise<string> {
    return this.#call("copyMedia", attachment.url, () => `media of ${attachment.url}`);
  }

  post(post: OutgoingPost): Promise<StatusId> {
    return this.#call("post", post.text, () => {
      const earlier = this.posts.find(({ key }) => key === post.key);
      if (this.traits.hasIdempotencyKey && earlier !== undefined) return earlier.id;
      const id = `post-${this.posts.length + 1}` as StatusId;
      this.posts.push({ ...post, id });
      return id;
    });
  }

  findPost(post: OutgoingPost): Promise<StatusId | undefined> {
    return this.#call(
      "findPost",
      post.text,
      () =>
        this.posts.find(({ text, inReplyTo }) => text === post.text && inReplyTo === post.inReplyTo)
          ?.id,
    );
  }

  follow(id: AccountId): Promise<void> {
    return this.#call("follow", id, () => {
      this.following.add(id);
    });
  }

  unfollow(id: AccountId): Promise<void> {
    return this.#call("unfollow", id, () => {
      this.following.delete(id);
    });
  }

  budgets(): readonly Budget[] {
    return this.budgetList;
  }

  acceptFollow(id: AccountId): Promise<void> {
    return this.#call("acceptFollow", id, () => {
      this.waiting = this.waiting.filter((account) => account.id !== id);
    });
  }
}

/** What a broken connection looks like to the worker. */
export function broken(message = "The connection broke."): GatewayError {
  return new GatewayError(message, { failure: "transient" });
}

/** What an answer with this HTTP status looks like to the worker. */
export function answered(
  status: number,
  failure: GatewayError["failure"],
  retryAfterMs?: number,
): GatewayError {
  return new GatewayError(`The server answered ${status}.`, {
    failure,
    status,
    retryAfterMs,
    isOutcomeKnown: status < 500,
  });
}
