import type { ApiAnswer, ApiRequest, ApiRoute } from "../../seam.js";
import type { Account, Host, LocalState, Media, Status } from "../model/model.js";
import { canSee } from "../model/visibility.js";
import { ApiError, notFound } from "../wire/api-error.js";
import type { Entities } from "../wire/entities.js";
import type { View } from "../wire/view.js";

/** A request with what every handler needs. */
export interface Call extends ApiRequest {
  /** The `:id` of the path; empty where there is none. */
  readonly id: string;
  readonly host: Host;
  readonly view: View;
  readonly entities: Entities;
  /**
   * The state of who asks.
   * @throws ApiError when nobody is signed in.
   */
  readonly me: () => LocalState;
}

type Extras = Pick<ApiRoute, "family" | "isIdempotent">;

/** Declares a route; an ApiError it throws becomes the answer. */
export type Declare = (
  method: ApiRoute["method"],
  path: string,
  scope: string | undefined,
  handle: (call: Call) => ApiAnswer,
  extras?: Extras,
) => ApiRoute;

/** Makes the routes of one host. */
export function declarer(host: Host): Declare {
  return (method, path, scope, handle, extras = {}) => ({
    method,
    path,
    scope,
    ...extras,
    handle: (request) => {
      try {
        return handle(callOf(host, request));
      } catch (error) {
        if (error instanceof ApiError) return host.behaviour.presentError(error);
        throw error;
      }
    },
  });
}

/** A good answer. */
export function ok(body: unknown, links?: ApiAnswer["links"]): ApiAnswer {
  return links === undefined ? { status: 200, body } : { status: 200, body, links };
}

/**
 * The account with this id.
 * @throws ApiError when this host knows none.
 */
export function accountById(host: Host, id: string): Account {
  const found = host.ids.find(id);
  if (found === undefined || !("followers" in found)) throw notFound();
  return found;
}

/**
 * The status with this id.
 * @throws ApiError when this host knows none, or none that the viewer may see.
 */
export function statusById({ host, view }: Call, id: string): Status {
  const found = host.ids.find(id);
  if (found === undefined || !("reblogs" in found) || !canSee(found, view.viewer)) {
    throw notFound();
  }
  return found;
}

/**
 * The uploaded file with this id, if it is the viewer's.
 * @throws ApiError when there is none.
 */
export function mediaById({ host, me }: Call, id: string): Media {
  const found = host.ids.find(id);
  if (found === undefined || !("owner" in found) || found.owner !== me().account) throw notFound();
  return found;
}

function callOf(host: Host, request: ApiRequest): Call {
  const { viewer } = request;
  const { id = "" } = request.params;
  const state = viewer && host.users.get(viewer.username.toLowerCase());
  return {
    ...request,
    id,
    host,
    view: { host, viewer: state?.account },
    entities: host.behaviour.entities,
    me: () => {
      if (state === undefined) throw new ApiError(401, "The access token is invalid");
      return state;
    },
  };
}
