import { hostOf } from "./acct.js";
import { mayBeAnswered, paceOf } from "./answers.js";
import type { BoundCommand, Outcome } from "./commands/command.js";
import { commands, helpCommand, ignoreCommand } from "./commands/index.js";
import { type ParsedCommand, parseCommands } from "./commands/parse.js";
import { usage } from "./commands/phrases.js";
import { type Decision, type Effect, overtakenBy, subjectOf } from "./effects.js";
import { applyChange, type ControlChange, mayWrite, standingOf } from "./group.js";
import type { Account, Status } from "./model.js";
import { maxParts, replyDraft } from "./reply.js";
import type { Found, Group, Needs } from "./situation.js";

/** Why nothing is done for somebody who has been answered often enough for now. */
export const tooManyAnswers = "too-many-answers";

/** What a post asks of the group. */
export type Request =
  | { readonly kind: "nothing" }
  | { readonly kind: "ignore" }
  | {
      readonly kind: "run";
      readonly commands: readonly ParsedCommand[];
      readonly isCapped: boolean;
    };

/** Reads the commands of a post that is addressed to the group. */
export function readRequest(status: Status, group: Group): Request {
  if (!/[/\\]/u.test(status.text)) return { kind: "nothing" };
  // Anywhere in the post, also in the text of an announcement: what is not posted can be posted later.
  if (isToBeIgnored(status, group)) return { kind: "ignore" };
  const parsed = parseCommands(status.text, commands, hostOf(group.self.acct));
  if (parsed.commands.length === 0) return { kind: "nothing" };
  const help = parsed.commands.find(({ command }) => command === helpCommand);
  return {
    kind: "run",
    commands: help === undefined ? parsed.commands : [help],
    isCapped: parsed.isCapped,
  };
}

/** Does the post hold `/ignore`? */
export function isToBeIgnored(status: Status, group: Group): boolean {
  const host = hostOf(group.self.acct);
  return (
    /[/\\]i/iu.test(status.text) &&
    parseCommands(status.text, [ignoreCommand], host).commands.length > 0
  );
}

/** What the commands must know from the server. Nothing is looked up for those who may not run them. */
export function needsOf(wanted: readonly ParsedCommand[], status: Status, group: Group): Needs {
  const isAdmin = standingOf(group.control, status.author.acct) === "admin";
  if (!isAdmin && isAnsweredEnough(status.author, group)) return {};
  // Nobody's rights grow within one post, so the rights before the first command tell enough.
  const all = wanted
    .filter(({ command }) => isAllowed(command, status, group))
    .map(({ command, words }) => command.bind(words)?.needs(status) ?? {});
  const statuses = new Set(all.flatMap((needs) => needs.statuses ?? []));
  const accounts = new Set(all.flatMap((needs) => needs.accounts ?? []));
  return {
    ...(statuses.size > 0 && { statuses: [...statuses] }),
    ...(accounts.size > 0 && { accounts: [...accounts] }),
  };
}

/** Runs the commands of one post in the order written, each on the control that the last one left. */
export function runCommands(
  request: Extract<Request, { readonly kind: "run" }>,
  status: Status,
  found: Found,
  group: Group,
): Decision {
  const isMuted = isAnsweredEnough(status.author, group);
  const isAdmin = standingOf(group.control, status.author.acct) === "admin";
  // Whoever would have a program talk all day does not make it follow people all day either.
  if (isMuted && !isAdmin) return { changes: [], effects: [], because: tooManyAnswers };
  const changes: ControlChange[] = [];
  const effects: Effect[] = [];
  const said: Saying[] = [];
  let control = group.control;
  for (const { command, words } of request.commands) {
    const outcome = runOne({ command, words }, status, found, { ...group, control });
    for (const change of outcome.changes ?? []) {
      changes.push(change);
      control = applyChange(control, change);
    }
    effects.push(...(outcome.effects ?? []));
    if (outcome.answer !== undefined) said.push({ purpose: "answer", text: outcome.answer });
    if (outcome.refusal !== undefined) said.push({ purpose: "refusal", text: outcome.refusal });
  }
  const replies = isMuted ? [] : replyTo(status, said, group);
  const names = new Set(request.commands.map(({ command }) => command.names[0]));
  const refusals = said.filter(({ purpose }) => purpose === "refusal").length;
  return {
    changes,
    effects: [...lastPerSubject(effects), ...replies],
    because: `commands: ${[...names].join(", ")}`,
    details: {
      ...(changes.length > 0 && { changes: changes.length }),
      ...(refusals > 0 && { refusals }),
      ...(request.isCapped && { isCapped: true }),
      // As long as an answer may get: what did not fit is not said.
      ...(replies.some(isFull) && { isAnswerCapped: true }),
      ...(isMuted && said.length > 0 && { isMuted: true }),
    },
  };
}

function isFull(effect: Effect): boolean {
  return effect.kind === "post" && effect.draft.parts.length >= maxParts;
}

interface Saying {
  readonly purpose: "answer" | "refusal";
  readonly text: string;
}

/** `members` means whoever may write here: in an open group that is everybody. */
function isAllowed({ allow }: BoundCommand, { author }: Status, { control }: Group): boolean {
  switch (allow) {
    case "anyone":
      return true;
    case "members":
      return mayWrite(control, author.acct);
    case "admins":
      return standingOf(control, author.acct) === "admin";
  }
}

function runOne(
  { command, words }: ParsedCommand,
  status: Status,
  found: Found,
  group: Group,
): Outcome {
  if (!isAllowed(command, status, group)) {
    const key = command.allow === "admins" ? "refusal_admins_only" : "refusal_members_only";
    return { refusal: group.t(key, { command: command.names[0] }) };
  }
  const bound = command.bind(words);
  if (bound === undefined) return { refusal: usage(group, command.summary) };
  const standing = standingOf(group.control, status.author.acct);
  return bound.run({ status, standing, group, found });
}

/** One answer in the post's visibility and one direct refusal, or both in one where all is direct. */
function replyTo(status: Status, said: readonly Saying[], group: Group): readonly Effect[] {
  const textsFor = (purpose: Saying["purpose"]): readonly string[] => [
    ...new Set(said.filter((saying) => saying.purpose === purpose).map(({ text }) => text)),
  ];
  const answers = textsFor("answer");
  const refusals = textsFor("refusal");
  const isDirect = status.visibility === "direct";
  const drafts =
    isDirect && answers.length > 0
      ? [{ purpose: "answer" as const, texts: [...new Set(said.map(({ text }) => text))] }]
      : [
          { purpose: "answer" as const, texts: answers },
          { purpose: "refusal" as const, texts: refusals },
        ];
  const posts = drafts
    .map((reply) => replyDraft(status, reply, group))
    .filter((draft) => draft !== undefined)
    .map((draft) => ({ kind: "post" as const, draft }));
  return status.author.isBot ? posts.slice(0, 1) : posts;
}

/** Has this person, or program, been answered as often as is good for now? */
function isAnsweredEnough(author: Account, { control, memory, now }: Group): boolean {
  return !mayBeAnswered(memory.answeredUntil(author.acct), paceOf(author, control), now);
}

/** Of several effects on the same thing only the last counts: whoever was added and banned is out. */
function lastPerSubject(effects: readonly Effect[]): readonly Effect[] {
  const last = new Map<string, Effect>();
  for (const effect of effects) {
    for (const subject of overtakenBy(effect)) last.delete(subject);
    last.set(subjectOf(effect), effect);
  }
  return [...last.values()];
}
