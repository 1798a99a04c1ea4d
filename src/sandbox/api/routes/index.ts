import type { ApiRoute } from "../../seam.js";
import { hasPolicy } from "../actions/policy.js";
import type { Host } from "../model/model.js";
import { accountRoutes } from "./accounts.js";
import { instanceRoutes } from "./instance.js";
import { interactionRoutes } from "./interactions.js";
import { declarer } from "./kit.js";
import { mediaRoutes } from "./media.js";
import { notificationRoutes } from "./notifications.js";
import { policyRoutes } from "./policy.js";
import { profileRoutes } from "./profile.js";
import { relationRoutes } from "./relations.js";
import { searchRoutes } from "./search.js";
import { smallRoutes } from "./small.js";
import { statusRoutes } from "./statuses.js";
import { tagRoutes } from "./tags.js";
import { timelineRoutes } from "./timelines.js";

/** All routes of a host. Of two that match, the earlier counts, so fixed paths come first. */
export function routesOf(host: Host): readonly ApiRoute[] {
  const declare = declarer(host);
  const routes = [
    ...mediaRoutes(declare),
    ...profileRoutes(declare),
    ...searchRoutes(declare),
    ...tagRoutes(declare),
    ...smallRoutes(declare),
    ...instanceRoutes(declare),
    ...(hasPolicy(host) ? policyRoutes(declare) : []),
    ...notificationRoutes(declare),
    ...accountRoutes(declare),
    ...relationRoutes(declare),
    ...statusRoutes(declare),
    ...interactionRoutes(declare),
    ...timelineRoutes(declare),
  ];
  return host.behaviour.adaptRoutes(routes, host.options, host);
}
