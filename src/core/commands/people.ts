import type { Target } from "../effects.js";
import { type GroupControl, standingOf } from "../group.js";
import type { Acct } from "../model.js";
import type { Found } from "../situation.js";
import type { Words } from "./command.js";

/** Somebody to act on, with the id if it was looked up. */
export function targetOf(acct: Acct, found: Found): Target {
  return { acct, id: found.account(acct)?.id };
}

/** Banned, by name or with their server, and not an admin. */
export function isBanned(control: GroupControl, acct: Acct): boolean {
  return standingOf(control, acct) === "banned";
}

/** `parse` of the commands without an argument. */
export function noArgument(): true {
  return true;
}

/** `parse` of the commands about a person. */
export function onePerson(words: Words): Acct | undefined {
  return words.acct();
}
