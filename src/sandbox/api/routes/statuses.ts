import type { ApiRoute } from "../../seam.js";
import { createStatus, editStatus, removeStatus } from "../actions/statuses.js";
import type { Status } from "../model/model.js";
import { ancestorsOf, descendantsOf } from "../model/thread.js";
import { canSee } from "../model/visibility.js";
import { notFound } from "../wire/api-error.js";
import { listOf } from "../wire/input.js";
import { isoTime, type Json } from "../wire/view.js";
import { readEdit, readPost } from "./draft.js";
import { type Call, type Declare, ok, statusById } from "./kit.js";

/** Writing, reading, editing and deleting statuses. */
export function statusRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("POST", "/api/v1/statuses", "write:statuses", post, {
      family: "statuses",
      isIdempotent: true,
    }),
    declare("GET", "/api/v1/statuses", undefined, (call) =>
      ok(
        (listOf(call.query, "id") ?? []).flatMap((id) => {
          const found = call.host.ids.find(id);
          const isShown =
            found !== undefined && "reblogs" in found && canSee(found, call.view.viewer);
          return isShown ? [call.entities.status(call.view, found)] : [];
        }),
      ),
    ),
    declare("GET", "/api/v1/statuses/:id", undefined, (call) =>
      ok(call.entities.status(call.view, statusById(call, call.id))),
    ),
    declare("DELETE", "/api/v1/statuses/:id", "write:statuses", remove, { family: "deletes" }),
    declare("PUT", "/api/v1/statuses/:id", "write:statuses", edit, { family: "statuses" }),
    declare("GET", "/api/v1/statuses/:id/source", "read:statuses", (call) => {
      const { text, spoilerText } = statusById(call, call.id);
      return ok({ id: call.id, text, spoiler_text: spoilerText });
    }),
    declare("GET", "/api/v1/statuses/:id/history", undefined, history),
    declare("GET", "/api/v1/statuses/:id/context", undefined, context),
    declare("GET", "/api/v1/statuses/:id/card", undefined, () => ok({})),
  ];
}

function post(call: Call) {
  const { draft, placing } = readPost(call);
  return ok(call.entities.status(call.view, createStatus(call.me().account, draft, placing)));
}

function edit(call: Call) {
  const status = ownStatus(call);
  if (status.reblogOf !== undefined) throw notFound();
  editStatus(status, readEdit(call, status));
  return ok(call.entities.status(call.view, status));
}

/** Answers with the source instead of the content, for who deletes to write anew. */
function remove(call: Call) {
  const status = ownStatus(call);
  const { content: _, ...rest } = call.entities.status(call.view, status);
  const answer: Json = { ...rest, text: status.text };
  removeStatus(status);
  return ok(answer);
}

function context(call: Call) {
  const status = statusById(call, call.id);
  const isShown = (other: Status) =>
    call.host.ids.get(other) !== undefined && canSee(other, call.view.viewer);
  const present = (statuses: readonly Status[]) =>
    statuses.filter(isShown).map((other) => call.entities.status(call.view, other));
  return ok({
    ancestors: present(ancestorsOf(status)),
    descendants: present(descendantsOf(status)),
  });
}

function history(call: Call) {
  const status = statusById(call, call.id);
  return ok(
    status.history.map((revision) => ({
      content: revision.content,
      spoiler_text: revision.spoilerText,
      sensitive: revision.sensitive,
      created_at: isoTime(revision.createdMs),
      account: call.entities.account(call.view, status.author),
      media_attachments: revision.media.map((media) => call.entities.media(call.view, media)),
      emojis: [],
    })),
  );
}

function ownStatus(call: Call): Status {
  const status = statusById(call, call.id);
  if (status.author !== call.me().account) throw notFound();
  return status;
}
