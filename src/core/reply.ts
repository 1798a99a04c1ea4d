import type { Draft, PostPurpose } from "./effects.js";
import { measureText } from "./length.js";
import { rendered } from "./messages.js";
import type { Account, Status, Visibility } from "./model.js";
import { neutraliseMentions } from "./neutralise.js";
import type { Group } from "./situation.js";
import { splitText } from "./split-text.js";

// However much there is to say, one event makes no more posts than this.
export const maxParts = 20;

/** Joins lines whether or not they end in line breaks of their own, as strings of old locales do. */
export function joinLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n");
}

/** Joins what several commands have to say: short lines close together, longer texts apart. */
export function joinBlocks(blocks: readonly string[]): string {
  const texts = blocks.map((block) => block.trim()).filter((block) => block !== "");
  return texts
    .map((text, index) => {
      const before = texts[index - 1];
      if (before === undefined) return text;
      return (before.includes("\n") || text.includes("\n") ? "\n\n" : "\n") + text;
    })
    .join("");
}

const quietness: Readonly<Record<Visibility, number>> = {
  public: 0,
  unlisted: 1,
  private: 2,
  direct: 3,
};

/** The quieter of the two; whatever is not a visibility counts as the quietest. */
export function neverLouder(trigger: Visibility, wanted: Visibility): Visibility {
  const isKnown = Object.hasOwn(quietness, trigger) && Object.hasOwn(quietness, wanted);
  if (!isKnown) return "direct";
  return quietness[trigger] > quietness[wanted] ? trigger : wanted;
}

/** An answer or a refusal to a post: mentions its author and nobody else. `undefined`: nothing to say. */
export function replyDraft(
  status: Status,
  reply: { readonly purpose: "answer" | "refusal"; readonly texts: readonly string[] },
  group: Group,
): Draft | undefined {
  const visibility = neverLouder(
    status.visibility,
    reply.purpose === "refusal" ? "direct" : status.visibility,
  );
  return draftTo(status.author, joinBlocks(reply.texts), group, {
    purpose: reply.purpose,
    inReplyTo: status.id,
    visibility,
    cause: status.uri,
  });
}

/** A direct message to a new follower. `cause` tells this welcome from the follower's next one. */
export function welcomeDraft(
  account: Account,
  text: string,
  cause: string,
  group: Group,
): Draft | undefined {
  return draftTo(account, text, group, {
    purpose: "welcome",
    inReplyTo: undefined,
    visibility: "direct",
    cause,
  });
}

function draftTo(
  account: Account,
  text: string,
  group: Group,
  rest: Pick<Draft, "purpose" | "inReplyTo" | "visibility"> & { readonly cause: string },
): Draft | undefined {
  const { cause, ...fields } = rest;
  // Whatever a locale or a stranger's name has brought in: nobody else is called.
  const parts = cut(
    neutraliseMentions(text),
    { prefix: mentionPrefix(account, group), limit: group.maxCharacters },
    group,
  );
  if (parts.length === 0) return undefined;
  return {
    ...fields,
    to: { acct: account.acct, id: account.id },
    parts,
    spoilerText: "",
    isSensitive: false,
    attachments: [],
    language: undefined,
    key: keyOf(group, cause, rest.purpose),
  };
}

/**
 * A public post of the group's own with the text, files and content warning of an admin's post.
 * Nobody whom the text names is mentioned. Where the server has no warnings, the warning stands above
 * the text. `undefined`: there is nothing to post.
 */
export function announcementDraft(status: Status, text: string, group: Group): Draft | undefined {
  // U+2060 came in where slashes in code were made harmless; here they are wanted as they were.
  const message = neutraliseMentions(text.replaceAll("\u{2060}", "")).trim();
  if (message === "" && status.attachments.length === 0) return undefined;
  // A warning from a server with more room may not crowd the text out.
  const warningLimit = Math.floor(group.maxCharacters / 2);
  const whole = neutraliseMentions(status.spoilerText);
  const [warning = ""] = cut(whole, { prefix: "", limit: warningLimit }, group);
  const spoilerText = group.traits.hasContentWarnings ? warning : "";
  const shown = spoilerText === "" && warning !== "" ? `${warning}\n\n${message}`.trim() : message;
  const limit = group.maxCharacters - measureText(spoilerText, group.traits.counting);
  const announced = group.t("group_announcement", { message: shown });
  const parts = cut(announced, { prefix: "", limit }, group);
  if (parts.length === 0) return undefined;
  return {
    purpose: "announcement",
    to: undefined,
    parts,
    inReplyTo: undefined,
    visibility: "public",
    spoilerText,
    isSensitive: status.isSensitive,
    attachments: status.attachments,
    language: status.language,
    key: keyOf(group, status.uri, "announcement"),
  };
}

function cut(
  text: string,
  to: { readonly prefix: string; readonly limit: number },
  group: Group,
): readonly string[] {
  const measure = (part: string): number => measureText(part, group.traits.counting);
  if (text.trim() === "") return [];
  return splitText(text, { ...to, limit: Math.max(1, to.limit), measure }).slice(0, maxParts);
}

/**
 * The start of each part. The handle is not escaped: servers look for it in the source. A template
 * that loses the handle is not used, or a direct message would reach nobody.
 */
function mentionPrefix(account: Account, group: Group): string {
  const handle = `@${account.acct}`;
  const prefix = group.t("mention_prefix", { user: rendered(account.acct) }).trimEnd();
  if (!prefix.split(/[\s,:;!]+/u).includes(handle)) return `${handle} `;
  return `${prefix.split(handle).map(neutraliseMentions).join(handle)} `;
}

// The same event gives the same key, so that a post tried again after a crash is recognised.
function keyOf(group: Group, cause: string, purpose: PostPurpose): string {
  return `${group.self.acct} ${cause} ${purpose}`;
}
