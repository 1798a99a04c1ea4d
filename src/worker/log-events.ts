import type { Decision } from "../core/effects.js";
import type { GroupEvent } from "../core/model.js";
import { tooManyAnswers } from "../core/run-commands.js";
import { effectIds } from "./perform.js";
import type { Session } from "./session.js";

/** What a log line says of an event: ids and addresses, never text. */
export function eventFields(event: GroupEvent): Readonly<Record<string, unknown>> {
  switch (event.kind) {
    case "mention":
    case "home":
      return {
        event: event.kind,
        statusId: event.status.id,
        author: event.status.author.acct,
        ...(event.status.isCut && { isCut: true }),
      };
    case "follow":
    case "follow-request":
      return { event: event.kind, notificationId: event.id, author: event.account.acct };
    case "other":
      return { event: event.type.slice(0, 40), notificationId: event.id };
  }
}

/** One line for what came of an event. */
export function logDecision(
  event: GroupEvent,
  asMention: boolean,
  decision: Decision,
  { memory, deps: { clock, log } }: Session,
): void {
  const fields = {
    ...eventFields(event),
    because: decision.because,
    ...decision.details,
    ...(decision.effects.length > 0 && {
      did: decision.effects.map((effect) => ({ effect: effect.kind, ...effectIds(effect) })),
    }),
  };
  const { effects } = decision;
  if ("status" in event && decision.because === tooManyAnswers) {
    const isNews = memory.noteSilence(event.status.author.acct, clock.now());
    if (isNews) log.warn(fields, "Somebody was answered often enough; doing no more for them now.");
    return;
  }
  if (effects.some(({ kind }) => kind === "reblog")) log.info(fields, "Shared a status.");
  else if (effects.length > 0) log.info(fields, "Acted on an event.");
  else if (asMention) log.info(fields, "Did not act on a mention.");
  else log.debug(fields, "Nothing to do.");
}
