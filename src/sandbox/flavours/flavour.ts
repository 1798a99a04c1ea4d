import type { Behaviour } from "../api/behaviour.js";
import type { ServerBehaviour } from "../server/behaviour.js";

/**
 * One kind of server: what its API does, and how it behaves on the wire. A flavour is written as
 * the differences from another one.
 */
export interface Flavour {
  readonly api: Behaviour;
  readonly server: ServerBehaviour;
}
