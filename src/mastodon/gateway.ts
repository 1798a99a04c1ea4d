import type { Budget } from "../core/facts.js";
import type { AccountId, Acct, Attachment, StatusId, Visibility } from "../core/model.js";
import type { Rank } from "../core/rank.js";
import type { Traits } from "../core/traits.js";
import type { MastodonGateway, OutgoingPost, StreamItem } from "../ports.js";
import * as acting from "./acting.js";
import { copyMedia } from "./media.js";
import { openNotifications } from "./policy.js";
import { findPost, post } from "./posting.js";
import * as reading from "./reading.js";
import { type GatewayOptions, Session } from "./session.js";
import { connect } from "./stream.js";
import { learnTraits } from "./traits.js";

export type { GatewayLog, GatewayOptions } from "./session.js";
export { Throttle } from "./throttle.js";

/** One account on one server, over masto. Opens no connection by itself and has nothing to close. */
export function createGateway(options: GatewayOptions): MastodonGateway {
  return new Gateway(new Session(options));
}

class Gateway implements MastodonGateway {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  ranked(rank: Rank) {
    return new Gateway(this.#session.ranked(rank));
  }
  whoAmI(signal: AbortSignal) {
    return reading.whoAmI(this.#session, signal);
  }
  async learnTraits(signal: AbortSignal): Promise<Traits> {
    const session = this.#session;
    const learnt = await learnTraits(session.http, signal);
    // What is known is not given up for a guess.
    if (session.traits.isGuess || !learnt.isGuess) session.traits = learnt;
    return session.traits;
  }
  openNotifications(signal: AbortSignal) {
    return openNotifications(this.#session, signal);
  }
  connect(
    options: { readonly aliveTimeoutMs: number },
    take: (item: StreamItem) => void,
    signal: AbortSignal,
  ) {
    return connect(this.#session, options, take, signal);
  }
  notifications(maxId: string | undefined, signal: AbortSignal) {
    return reading.notifications(this.#session, maxId, signal);
  }
  home(maxId: string | undefined, signal: AbortSignal) {
    return reading.home(this.#session, maxId, signal);
  }
  followRequests(signal: AbortSignal) {
    return reading.followRequests(this.#session, signal);
  }
  status(id: StatusId, signal: AbortSignal) {
    return reading.status(this.#session, id, signal);
  }
  account(acct: Acct, signal: AbortSignal) {
    return reading.account(this.#session, acct, signal);
  }
  reblog(id: StatusId, visibility: Visibility, signal: AbortSignal) {
    return acting.reblog(this.#session, id, visibility, signal);
  }
  unreblog(id: StatusId, signal: AbortSignal) {
    return acting.unreblog(this.#session, id, signal);
  }
  deleteStatus(id: StatusId, signal: AbortSignal) {
    return acting.deleteStatus(this.#session, id, signal);
  }
  copyMedia(attachment: Attachment, signal: AbortSignal) {
    return copyMedia(this.#session, attachment, signal);
  }
  post(outgoing: OutgoingPost, signal: AbortSignal) {
    return post(this.#session, outgoing, signal);
  }
  findPost(outgoing: OutgoingPost, signal: AbortSignal) {
    return findPost(this.#session, outgoing, signal);
  }
  follow(id: AccountId, signal: AbortSignal) {
    return acting.follow(this.#session, id, signal);
  }
  unfollow(id: AccountId, signal: AbortSignal) {
    return acting.unfollow(this.#session, id, signal);
  }
  acceptFollow(id: AccountId, signal: AbortSignal) {
    return acting.acceptFollow(this.#session, id, signal);
  }
  budgets(): readonly Budget[] {
    return this.#session.budgets();
  }
}
