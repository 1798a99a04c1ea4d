import { html } from "hono/html";
import { commands } from "../core/commands/index.js";
import type { LocaleTable } from "../core/messages.js";
import type { Html } from "../web/live.js";
import type { Person, Scene } from "./scene.js";

/** What stands in the composer when the page opens. */
export interface Draft {
  readonly text: string;
  readonly visibility: string;
  readonly warning: string;
  readonly replyTo:
    | { readonly id: string; readonly author: string; readonly text: string }
    | undefined;
}

const visibilities = [
  ["public", "Public"],
  ["unlisted", "Quiet public"],
  ["private", "Followers only"],
  ["direct", "Direct message"],
] as const;

/** Where the person writes. */
export function composer({ viewer }: Scene, { text, visibility, warning, replyTo }: Draft): Html {
  const name = viewer.acct.split("@")[0];
  return html`<h2 id="write-title">Write as ${name}</h2>
<form id="write" action="do" method="post">
<input type="hidden" name="as" value="${viewer.acct}">
${
  replyTo === undefined
    ? ""
    : html`<input type="hidden" name="reply" value="${replyTo.id}">
<p class="quote">Reply to <b>${replyTo.author}</b>: ${replyTo.text} <a href="?as=${encodeURIComponent(viewer.acct)}">No reply</a></p>`
}
<label for="text">Text</label>
<textarea id="text" name="text" rows="4" required>${text}</textarea>
<div class="pair">
<div><label for="visibility">Who sees it</label>
<select id="visibility" name="visibility">${visibilities.map(
    ([value, label]) =>
      html`<option value="${value}"${value === visibility ? html` selected` : ""}>${label}</option>`,
  )}</select></div>
<div><label for="warning">Content warning</label>
<input id="warning" name="warning" value="${warning}" autocomplete="off" placeholder="none"></div>
</div>
<button class="main" name="deed" value="post" id="post">Post</button>
</form>`;
}

/** Something to try: it fills the composer in. */
export interface Suggestion {
  readonly label: string;
  /** Empty: the label says it all. */
  readonly about: string;
  readonly text: string;
  readonly visibility: string;
  readonly allow: "anyone" | "members" | "admins";
}

/** What one can try with any group. */
export function examplesFor(mention: string, tag: string | undefined): readonly Suggestion[] {
  const example = (label: string, text: string, visibility = "public"): Suggestion => ({
    ...{ label, text, visibility, about: "", allow: "anyone" },
  });
  return [
    example("A post to the group", `${mention} Look at this!`),
    example("A private one", `${mention} Psst, not for everybody.`, "private"),
    ...(tag === undefined ? [] : [example("A hashtag alone", `I saw one today. #${tag}`)]),
    example("No mention at all", "Nothing that concerns the group."),
  ];
}

/** The orders that the group takes, in its own words. */
export function ordersFor(mention: string, texts: LocaleTable): readonly Suggestion[] {
  return commands.map(({ names: [name], allow, summary }) => {
    const [usage = "", about = ""] = (texts[summary] ?? "").split(/ [-–—] (.*)/su);
    // As the help shows it, in backticks; of several ways to write it the first will do.
    const label = /`(\/[^`]+)`/u.exec(usage)?.[1] ?? `/${name}`;
    return { label, about, text: `${mention} ${label}`, visibility: "direct", allow };
  });
}

const audiences = {
  anyone: "For everybody",
  members: "For members",
  admins: "For admins",
} as const;

/** Suggestions as links that fill the composer in. */
export function hints(viewer: Person, suggestions: readonly Suggestion[]): Html {
  const link = ({ label, text, visibility }: Suggestion) => {
    const query = new URLSearchParams({ as: viewer.acct, text, visibility });
    return html`<a href="?${query.toString()}#write">${label}</a>`;
  };
  const examples = suggestions.filter(({ about }) => about === "");
  const kinds = ["anyone", "members", "admins"] as const;
  return html`<p class="chips"><span class="soft">Try</span> ${examples.map(link)}</p>
<details id="orders"><summary>Commands of the group</summary>
${kinds.map((kind) => {
  const orders = suggestions.filter(({ about, allow }) => about !== "" && allow === kind);
  return html`<h3>${audiences[kind]}</h3>
<ul class="orders">${orders.map((order) => html`<li>${link(order)} <span class="soft">${order.about}</span></li>`)}</ul>`;
})}</details>`;
}
