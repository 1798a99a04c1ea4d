import * as v from "valibot";
import type { Draft, Effect } from "../core/effects.js";
import type { ControlChange } from "../core/group.js";
import type { AccountId, Acct, Attachment, Host, StatusId } from "../core/model.js";
import type { PendingWork } from "../core/state.js";

const isText = (value: unknown): boolean => typeof value === "string";
const text = v.string("text");

/** An address as we wrote it ourselves. */
export const acct = v.custom<Acct>(isText, "an address");
/** A status id as we wrote it ourselves. */
export const statusId = v.custom<StatusId>(isText, "the id of a status");
const host = v.custom<Host>(isText, "a server name");
const accountId = v.custom<AccountId>(isText, "the id of an account");

const change: v.GenericSchema<unknown, ControlChange> = v.variant(
  "kind",
  [
    v.object({
      kind: v.picklist([
        "add-member",
        "remove-member",
        "add-admin",
        "remove-admin",
        "ban-user",
        "unban-user",
        "opt-out",
        "opt-in",
      ]),
      acct,
    }),
    v.object({ kind: v.picklist(["ban-server", "unban-server"]), host }),
    v.object({ kind: v.picklist(["add-tag", "remove-tag"]), tag: text }),
    v.object({ kind: v.literal("member-only"), memberOnly: v.boolean("true or false") }),
  ],
  "a change of the group's settings",
);

const visibility = v.picklist(["public", "unlisted", "private", "direct"], "a visibility");
const target = v.object({ acct, id: v.optional(accountId) }, "an account");
const attachment: v.GenericSchema<unknown, Attachment> = v.object(
  { url: text, description: text },
  "an attachment",
);

const draft: v.GenericSchema<unknown, Draft> = v.pipe(
  v.object(
    {
      purpose: v.picklist(["answer", "refusal", "welcome", "announcement"], "a purpose"),
      to: v.optional(target),
      parts: v.array(text, "a list of texts"),
      inReplyTo: v.optional(statusId),
      visibility,
      spoilerText: text,
      isSensitive: v.boolean("true or false"),
      attachments: v.array(attachment, "a list of attachments"),
      language: v.optional(text),
      key: text,
    },
    "a post",
  ),
  // JSON has no `undefined`: what is not in the file is one.
  v.transform((post) => ({
    ...post,
    to: post.to,
    inReplyTo: post.inReplyTo,
    language: post.language,
  })),
);

const effect: v.GenericSchema<unknown, Effect> = v.variant(
  "kind",
  [
    v.object({
      kind: v.literal("reblog"),
      status: statusId,
      uri: text,
      visibility,
      sharedBy: acct,
    }),
    v.object({ kind: v.literal("unreblog"), status: statusId, uri: text }),
    v.object({ kind: v.literal("delete"), status: statusId }),
    v.object({ kind: v.literal("post"), draft }),
    v.object({ kind: v.picklist(["follow", "unfollow", "accept-follow"]), target }),
  ],
  "an effect",
);

/** Work begun and not known to be finished, as the state file keeps it. */
export const pendingWork: v.GenericSchema<unknown, PendingWork> = v.object(
  {
    key: text,
    changes: v.array(change, "a list of changes"),
    effects: v.array(effect, "a list of effects"),
    putOffAt: v.optional(v.pipe(v.number("a time"), v.minValue(0, "a time"))),
  },
  "work begun",
);
