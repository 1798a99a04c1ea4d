import type { Snapshot } from "../watch/board.js";
import type { GroupSnapshot } from "../watch/snapshot.js";
import { durationText, eventText, lineText, stateText, waitText } from "../watch/words.js";

/** Events that are worth a line at the terminal. */
const shownLines = 3;
/** A budget is worth telling when so much of it is gone. */
const tightShare = 0.5;

/** What people read about the running daemon, line by line. */
export function statusLines({ groups, now, startedAt, version }: Snapshot): readonly string[] {
  const live = groups.filter(({ phase }) => phase === "live").length;
  const uptime = durationText(now - startedAt);
  return [
    `fedigroups ${version}, up for ${uptime}: ${live} of ${groups.length} groups live`,
    ...groups.flatMap((group) => ["", ...groupLines(group, now)]),
  ];
}

function groupLines(group: GroupSnapshot, now: number): readonly string[] {
  const { acct, software, lastEventAt, caughtUp, sharesToday, queueLength, putOff } = group;
  const ago = (at: number | undefined) =>
    at === undefined ? "none" : `${durationText(now - at)} ago`;
  const counts = [
    `last event ${ago(lastEventAt)}`,
    ...(caughtUp === undefined ? [] : [`caught up ${ago(caughtUp.at)} (${caughtUp.count} missed)`]),
    `shares today ${sharesToday}`,
    `queue ${queueLength}`,
    ...(putOff.length === 0 ? [] : [`put off ${putOff.length}`]),
  ];
  return [
    `${acct}  ${stateText(group, now)}${software === undefined ? "" : `  (${software})`}`,
    `    ${counts.join(", ")}`,
    ...group.waits.map((wait) => `    ${waitText(wait, now)}`),
    ...budgetLines(group),
    ...group.recent
      .slice(0, shownLines)
      .map((line) => `    ${ago(line.at)}: ${eventText(line)}. ${lineText(line)}`),
  ];
}

function budgetLines({ budgets }: GroupSnapshot): readonly string[] {
  const tight = budgets.filter(({ used, count }) => used >= count * tightShare);
  if (tight.length === 0) return [];
  const told = tight.map(
    ({ kind, used, count, windowMs }) => `${kind} ${used} of ${count} in ${durationText(windowMs)}`,
  );
  return [`    limits of the server: ${told.join("; ")}`];
}
