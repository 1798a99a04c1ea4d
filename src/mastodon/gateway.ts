import { perKey } from "../core/per-key.js";
import type { MastodonGateway } from "../ports.js";
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
  return gatewayOf(new Session(options));
}

function gatewayOf(session: Session): MastodonGateway {
  return {
    ranked: perKey((rank) => gatewayOf(session.ranked(rank))),
    whoAmI: (signal) => reading.whoAmI(session, signal),
    learnTraits: async (signal) => {
      const learnt = await learnTraits(session.http, signal);
      // What is known is not given up for a guess.
      if (session.traits.isGuess || !learnt.isGuess) session.traits = learnt;
      return session.traits;
    },
    openNotifications: (signal) => openNotifications(session, signal),
    connect: (settings, take, signal) => connect(session, settings, take, signal),
    notifications: (maxId, signal) => reading.notifications(session, maxId, signal),
    home: (maxId, signal) => reading.home(session, maxId, signal),
    followRequests: (signal) => reading.followRequests(session, signal),
    status: (id, signal) => reading.status(session, id, signal),
    account: (acct, signal) => reading.account(session, acct, signal),
    reblog: (id, visibility, signal) => acting.reblog(session, id, visibility, signal),
    unreblog: (id, signal) => acting.unreblog(session, id, signal),
    deleteStatus: (id, signal) => acting.deleteStatus(session, id, signal),
    copyMedia: (attachment, signal) => copyMedia(session, attachment, signal),
    post: (outgoing, signal) => post(session, outgoing, signal),
    findPost: (outgoing, signal) => findPost(session, outgoing, signal),
    follow: (id, signal) => acting.follow(session, id, signal),
    unfollow: (id, signal) => acting.unfollow(session, id, signal),
    acceptFollow: (id, signal) => acting.acceptFollow(session, id, signal),
    budgets: () => session.budgets(),
  };
}
