import { html } from "hono/html";
import type { Html } from "../web/live.js";
import type { Person, Post } from "./scene.js";
import { stamp } from "./stamp.js";

/** Who looks at a post, and in which of their lists. */
interface Place {
  readonly viewer: Person;
  readonly place: "home" | "notice" | "profile";
}

const visibilities: Readonly<Record<string, string>> = {
  public: "public",
  unlisted: "quiet public",
  private: "followers only",
  direct: "direct message",
};

/** One post, with what its reader can do with it, and what the group made of it. */
export function postCard(post: Post, { viewer, place }: Place): Html {
  const { entry, author, at, visibility, boostedBy, isReply, isOfGroup, verdict } = post;
  const key = `${place}-${entry}`;
  return html`<article aria-label="Post by ${author}">
${boostedBy === undefined ? "" : html`<p class="boosted">${boostedBy} boosted</p>`}
<p class="by"><b class="${isOfGroup ? "group" : ""}">${author}</b> <span class="soft">${visibilities[visibility] ?? visibility}${isReply ? ", a reply" : ""}, ${stamp(at)}</span></p>
${body(post, key)}
${verdict === undefined ? "" : html`<p class="verdict ${verdict.isShared ? "good" : ""}">${verdict.sentence}</p>`}
${tools(post, viewer, key)}
</article>`;
}

function body({ warning, text }: Post, key: string): Html {
  const words = html`<p class="text">${marked(text)}</p>`;
  if (warning === "") return words;
  return html`<details id="cw-${key}"><summary id="sum-cw-${key}">${warning}</summary>${words}</details>`;
}

/** Names, hashtags and orders stand out. The text itself is plain, whoever wrote it. */
function marked(text: string): readonly (Html | string)[] {
  const parts = text.split(
    /((?<![\p{L}\p{N}/@&#])(?:@[\w.-]+(?:@[\w.-]+\w)?|#[\p{L}\p{N}_]+|\/[a-z]+))/giu,
  );
  return parts.map((part, index) =>
    index % 2 === 0 ? part : html`<span class="word">${part}</span>`,
  );
}

function tools(
  { id, isOwn, isBoosted, visibility, text }: Post,
  viewer: Person,
  key: string,
): Html {
  const hidden = html`<input type="hidden" name="as" value="${viewer.acct}"><input type="hidden" name="id" value="${id}">`;
  const canBoost = visibility === "public" || visibility === "unlisted";
  const reply = `?as=${encodeURIComponent(viewer.acct)}&reply=${encodeURIComponent(id)}#write`;
  return html`<div class="tools"><a id="reply-${key}" href="${reply}">Reply</a>
<form action="do" method="post">${hidden}
${canBoost ? html`<button id="boost-${key}" name="deed" value="${isBoosted ? "unboost" : "boost"}">${isBoosted ? "Unboost" : "Boost"}</button>` : ""}
${isOwn ? html`<button id="delete-${key}" name="deed" value="delete">Delete</button>` : ""}
</form>${isOwn ? edit(text, hidden, key) : ""}</div>`;
}

function edit(text: string, hidden: Html, key: string): Html {
  return html`<details id="edit-${key}"><summary id="sum-edit-${key}">Edit</summary>
<form action="do" method="post">${hidden}
<label for="text-${key}" class="unseen">New text</label>
<textarea id="text-${key}" name="text" rows="3" required>${text}</textarea>
<button name="deed" value="edit">Save</button></form></details>`;
}
