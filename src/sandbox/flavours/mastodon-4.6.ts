import { mastodon46 as api } from "../api/behaviour.js";
import { mastodonServer as server } from "../server/mastodon.js";
import type { Flavour } from "./flavour.js";

/** Mastodon 4.6.5: what every other flavour is told apart from. */
export const mastodon46: Flavour = { api, server };
