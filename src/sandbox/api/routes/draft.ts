import type { Draft } from "../actions/statuses.js";
import type { Account, Media, Status, Visibility } from "../model/model.js";
import { defaultPrivacy } from "../wire/account.js";
import { ApiError, invalid } from "../wire/api-error.js";
import { flagOf, listOf, textOf } from "../wire/input.js";
import { maxCharactersOf } from "../wire/instance.js";
import { type Call, statusById } from "./kit.js";

const visibilities: readonly Visibility[] = ["public", "unlisted", "private", "direct"];

/**
 * Reads and checks what somebody wants to post.
 * @throws ApiError with what is wrong with it.
 */
export function readPost(call: Call) {
  const { body } = call;
  const { account } = call.me();
  const inReplyTo = readParent(call);
  const media = readMedia(call, undefined);
  const draft = readDraft(call, media, {
    sensitive: account.isSensitiveByDefault,
    language: account.defaultLanguage ?? "en",
  });
  const visibility = readVisibility(textOf(body, "visibility"), account);
  checkDraft(call, draft);
  return { draft, placing: { visibility, inReplyTo } };
}

/**
 * Reads and checks an edit. It replaces all: a warning or file it does not name is gone.
 * @throws ApiError with what is wrong with it.
 */
export function readEdit(call: Call, status: Status): Draft {
  const draft = readDraft(call, readMedia(call, status), {
    sensitive: false,
    language: status.language,
  });
  checkDraft(call, draft);
  return draft;
}

/**
 * How widely to show; the account's default when nothing is said.
 * @throws ApiError when there is no such visibility.
 */
export function readVisibility(text: string | undefined, account: Account): Visibility {
  if (text === undefined || text === "") return defaultPrivacy(account);
  const visibility = visibilities.find((known) => known === text);
  if (visibility === undefined) {
    throw invalid("Visibility is not included in the list", "bad-visibility");
  }
  return visibility;
}

/**
 * How widely to show a boost; the account's default when nothing is said.
 * @throws ApiError when boosts cannot be so.
 */
export function readReblogVisibility(text: string | undefined, account: Account): Visibility {
  const visibility = readVisibility(text, account);
  if (visibility === "direct") throw invalid("Visibility is reserved", "bad-visibility");
  return visibility;
}

function readDraft(
  { body }: Call,
  media: readonly Media[],
  standard: { readonly sensitive: boolean; readonly language: string | null },
): Draft {
  let text = (textOf(body, "status") ?? "").trim();
  let spoilerText = (textOf(body, "spoiler_text") ?? "").trim();
  if (text === "" && spoilerText !== "") {
    // Words in the wrong field are moved rather than refused.
    text = spoilerText;
    spoilerText = "";
  }
  const language = textOf(body, "language");
  return {
    text,
    spoilerText,
    sensitive: (flagOf(body, "sensitive") ?? standard.sensitive) || spoilerText !== "",
    language:
      language !== undefined && /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(language)
        ? language
        : standard.language,
    contentType: textOf(body, "content_type"),
    media,
  };
}

function checkDraft({ host }: Call, draft: Draft): void {
  if (draft.text === "" && draft.media.length === 0) throw invalid("Text can't be blank", "blank");
  const max = maxCharactersOf(host);
  if (host.behaviour.lengthOf(draft.text, draft.spoilerText) > max) {
    throw invalid(`Text character limit of ${max} exceeded`, "too-long");
  }
}

function readParent(call: Call): Status | undefined {
  const id = textOf(call.body, "in_reply_to_id");
  if (id === undefined || id === "") return undefined;
  try {
    return statusById(call, id);
  } catch {
    throw new ApiError(
      404,
      "The post you are trying to reply to does not appear to exist.",
      "no-parent",
    );
  }
}

function readMedia(call: Call, status: Status | undefined): readonly Media[] {
  const ids = listOf(call.body, "media_ids") ?? [];
  const { maxMedia } = call.host.behaviour.limits;
  if (ids.length > maxMedia) {
    throw new ApiError(422, `Cannot attach more than ${maxMedia} files`);
  }
  const { account } = call.me();
  const found = ids.map((id) => call.host.ids.find(id));
  const media = found.filter(
    (thing): thing is Media =>
      thing !== undefined &&
      "owner" in thing &&
      thing.owner === account &&
      (thing.status === undefined || thing.status === status),
  );
  if (media.length < ids.length) {
    const missing = ids.filter((id) => !media.some((thing) => call.host.ids.get(thing) === id));
    throw new ApiError(
      422,
      `Media ${missing.join(", ")} not found or already attached to another post`,
    );
  }
  return media;
}
