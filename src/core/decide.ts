import type { Decision } from "./effects.js";
import type { GroupEvent } from "./model.js";
import type { Found, Group, Needs } from "./situation.js";

/** What must be looked up before {@link decide}: nothing for a plain share. */
export declare function needs(event: GroupEvent, group: Group): Needs;

/** The answer to an event: pure, synchronous, never throws whatever strangers wrote. */
export declare function decide(event: GroupEvent, found: Found, group: Group): Decision;
