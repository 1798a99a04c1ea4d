import * as v from "valibot";
import type { Acct, EpochMs } from "../core/model.js";
import type { GroupState } from "../core/state.js";
import { ConfigError } from "../errors.js";
import { acct, pendingWork, statusId } from "./effect-format.js";
import type { FileFormat } from "./format.js";
import { toInstant } from "./journal-format.js";
import type { JsonDocument } from "./json5-file.js";
import { checkDocument, isObject, keyNotices } from "./problems.js";

const instantText = "a time in milliseconds since 1970, as a whole number of 0 or more";
const instant = v.pipe(
  v.number(instantText),
  v.safeInteger(instantText),
  v.minValue(0, instantText),
);
const countText = "a whole number of 0 or more";
const count = v.pipe(v.number(countText), v.safeInteger(countText), v.minValue(0, countText));
const ids = v.optional(v.array(v.string("an id as text"), "a list of ids"), []);
const instantsText = "an object of addresses and times";
const instants = v.optional(
  v.pipe(
    v.custom<object>(isObject, instantsText),
    v.record(v.string("an address"), instant, instantsText),
  ),
  {},
);

/** What the state file says. */
export interface SavedState {
  readonly state: GroupState;
  /** The number of the journal's last line that is part of it; 0 when it knows of no journal. */
  readonly journalSeq: number;
}

const schema = v.object(
  {
    last_notif_ts: v.optional(instant, 0),
    last_status_ts: v.optional(instant, 0),
    seen_notifs: ids,
    seen_statuses: ids,
    unplaced_notifs: ids,
    unplaced_statuses: ids,
    handled: ids,
    passed: ids,
    shared: v.optional(
      v.array(
        v.object({ uri: v.string("text"), status: statusId, by: acct, at: instant }, "a share"),
        "a list of shares",
      ),
      [],
    ),
    welcomed: instants,
    answers: instants,
    /** Of versions before 0.6: when a bot was last answered. */
    bot_answers: instants,
    in_doubt: v.optional(v.array(pendingWork, "a list of work begun"), []),
    journal_seq: v.optional(count, 0),
  },
  "an object with the group's state",
);

const keys = Object.keys(schema.entries);

function parse(document: JsonDocument) {
  const checked = checkDocument(schema, document);
  if (!checked.isValid) {
    const advice = "Correct the entry; or delete the file and its .bak to start anew from now.";
    throw new ConfigError(
      checked.problems.map((found) => ({ ...found, problem: `${found.problem} ${advice}` })),
    );
  }
  const file = checked.value;
  const state: GroupState = {
    lastNotificationAt: file.last_notif_ts,
    lastStatusAt: file.last_status_ts,
    seenNotifications: file.seen_notifs,
    seenStatuses: file.seen_statuses,
    ...(file.unplaced_notifs.length > 0 && { unplacedNotifications: file.unplaced_notifs }),
    ...(file.unplaced_statuses.length > 0 && { unplacedStatuses: file.unplaced_statuses }),
    handled: file.handled,
    passed: file.passed,
    shared: file.shared,
    welcomed: file.welcomed,
    answers: file.answers,
    pending: file.in_doubt,
  };
  const value = { state, journalSeq: file.journal_seq };
  return { value, notices: keyNotices(document, [], keys) };
}

function toInstants(times: Readonly<Record<Acct, EpochMs>>): Readonly<Record<string, EpochMs>> {
  return Object.fromEntries(
    Object.entries<EpochMs>(times).map(([who, at]) => [who, toInstant(at)]),
  );
}

function toJson({ state, journalSeq }: SavedState): Readonly<Record<string, unknown>> {
  const { unplacedNotifications = [], unplacedStatuses = [] } = state;
  return {
    last_notif_ts: toInstant(state.lastNotificationAt),
    last_status_ts: toInstant(state.lastStatusAt),
    seen_notifs: state.seenNotifications,
    seen_statuses: state.seenStatuses,
    // Empty ones, too: a key that is not written stays in the file as it was.
    unplaced_notifs: unplacedNotifications,
    unplaced_statuses: unplacedStatuses,
    handled: state.handled,
    passed: state.passed,
    shared: state.shared.map((share) => ({ ...share, at: toInstant(share.at) })),
    welcomed: toInstants(state.welcomed),
    answers: toInstants(state.answers),
    in_doubt: state.pending,
    ...(journalSeq > 0 && { journal_seq: journalSeq }),
  };
}

/** Reads and writes `state.json5`; the original's files, which hold two time stamps, are complete. */
export const stateFormat: FileFormat<SavedState> = {
  name: "state",
  copy: "the one before",
  whenMissing: undefined,
  parse,
  toJson,
};
