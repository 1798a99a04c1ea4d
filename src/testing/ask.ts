import { decide } from "../core/decide.js";
import type { Decision, Draft, Effect } from "../core/effects.js";
import { applyChange, type GroupControl } from "../core/group.js";
import type { GroupEvent } from "../core/model.js";
import { type Found, type Group, nothingFound } from "../core/situation.js";
import { aGroup, aMention, type GroupSketch, type StatusSketch } from "./builders.js";

/** A decision with what tests mostly ask about taken out of it. */
export interface Asked extends Decision {
  readonly group: Group;
  /** The control after the changes. */
  readonly control: GroupControl;
  readonly drafts: readonly Draft[];
  /** The parts of all answers and all refusals, joined. */
  readonly answer: string;
  readonly refusal: string;
  /** Every effect but posts, short: `follow bob@far.example`, `reblog 100`. */
  readonly acts: readonly string[];
}

/** Lets the group decide about an event. */
export function decideOn(event: GroupEvent, sketch: GroupSketch = {}, found = nothingFound): Asked {
  const group = aGroup(sketch);
  const decision = decide(event, found, group);
  const drafts = decision.effects.flatMap((effect) =>
    effect.kind === "post" ? [effect.draft] : [],
  );
  const textOf = (purpose: Draft["purpose"]): string =>
    drafts
      .filter((draft) => draft.purpose === purpose)
      .flatMap(({ parts }) => parts)
      .join("\n");
  return {
    ...decision,
    group,
    control: decision.changes.reduce(applyChange, group.control),
    drafts,
    answer: textOf("answer"),
    refusal: textOf("refusal"),
    acts: decision.effects.flatMap(actOf),
  };
}

/** Lets the group decide about a post that mentions it; a string is the text of a public one. */
export function ask(
  post: string | StatusSketch,
  sketch: GroupSketch = {},
  found: Found = nothingFound,
): Asked {
  const status = typeof post === "string" ? { text: post } : post;
  return decideOn(aMention({ mentions: ["grp@host.example"], ...status }), sketch, found);
}

function actOf(effect: Effect): readonly string[] {
  switch (effect.kind) {
    case "post":
      return [];
    case "reblog":
    case "unreblog":
    case "delete":
      return [`${effect.kind} ${effect.status}`];
    case "follow":
    case "unfollow":
    case "accept-follow":
      return [`${effect.kind} ${effect.target.acct}`];
  }
}
