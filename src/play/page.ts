import { html } from "hono/html";
import type { Html } from "../web/live.js";
import { composer, type Draft, hints, type Suggestion } from "./composer.js";
import { postCard } from "./post-card.js";
import type { Decision, GroupView, Notice, Person, Scene } from "./scene.js";
import { stamp } from "./stamp.js";

/** What a page is made of. */
export interface PageParts {
  readonly scene: Scene;
  readonly draft: Draft;
  readonly suggestions: readonly Suggestion[];
  /** What the last thing that was tried failed with. */
  readonly problem?: string | undefined;
}

/** The whole playground as one person sees it. */
export function playPage({ scene, draft, suggestions, problem }: PageParts): Html {
  const { viewer, group } = scene;
  const as = encodeURIComponent(viewer.acct);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Playground: ${group.acct}</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="data:,">
<script src="play.js" defer></script>
</head>
<body data-source="live?as=${as}" data-fresh="?as=${as}">
<header>
<h1>Playground</h1>
<p class="soft">Play the people of a small fediverse and see what the group makes of it. Nothing leaves this machine; your own files are only read.</p>
</header>
<p class="note" id="lost" role="status" hidden>The playground does not answer. Has it been stopped? This page goes on when it is back.</p>
<p class="note" id="problem" role="alert"${problem === undefined ? html` hidden` : ""}>${problem ?? ""}</p>
<noscript><p class="note">Without JavaScript everything works, but you have to <a href="?as=${as}">look again</a> for what is new.</p></noscript>
<p id="said" class="unseen" role="status"></p>
${peopleBar(scene)}
<main>
<div>
<section aria-labelledby="write-title">${composer(scene, draft)}${hints(viewer, suggestions)}</section>
<section aria-labelledby="more-title"><h2 id="more-title">The world</h2>${worldForms(scene)}</section>
</div>
<div>
<section aria-labelledby="why-title"><h2 id="why-title">What the group decides</h2>${decisionList(scene.decisions)}</section>
<section aria-labelledby="group-title">${groupPart(scene, group)}</section>
</div>
<div>
<section aria-labelledby="notices-title"><h2 id="notices-title">Notifications <span class="soft">of ${viewer.acct}</span></h2>${noticeList(scene)}</section>
<section aria-labelledby="home-title"><h2 id="home-title">Home <span class="soft">of ${viewer.acct}</span></h2>${homeList(scene)}</section>
</div>
</main>
</body>
</html>`;
}

/** Those parts of the page that change, to be put in the place of the old ones. */
export function liveParts(scene: Scene): Html {
  return html`${peopleBar(scene)}${noticeList(scene)}${homeList(scene)}${decisionList(scene.decisions)}${groupPart(scene, scene.group)}`;
}

function peopleBar({ people, viewer }: Scene): Html {
  const link = ({ acct, standing }: Person) => {
    const isMe = acct === viewer.acct;
    return html`<li><a id="be-${acct}" href="?as=${encodeURIComponent(acct)}"${isMe ? html` aria-current="page"` : ""}><b>${acct.split("@")[0]}</b> <span>@${acct.split("@")[1]}</span> <i class="${standing}">${standing}</i></a></li>`;
  };
  return html`<nav id="people" data-live aria-label="Who you are"><ul>${people.map(link)}</ul></nav>`;
}

function worldForms({ viewer, domains }: Scene): Html {
  return html`<form class="row" action="do" method="post">
<input type="hidden" name="as" value="${viewer.acct}">
<label for="new-name">Somebody new</label>
<input id="new-name" name="name" required maxlength="30" pattern="[A-Za-z0-9_]+" autocomplete="off" spellcheck="false">
<label for="new-server" class="unseen">on the server</label>
<select id="new-server" name="server">${domains.map((domain) => html`<option value="${domain}">@${domain}</option>`)}</select>
<button name="deed" value="person">Add</button>
</form>
<form class="row" action="do" method="post">
<input type="hidden" name="as" value="${viewer.acct}">
<button name="deed" value="reset" id="reset">Start over</button>
<span class="soft">forgets all this and reads the group's files again</span>
</form>`;
}

const happenings: Readonly<Record<string, string>> = {
  mention: "wrote to you",
  reblog: "boosted your post",
  follow: "follows you",
  follow_request: "asks to follow you",
  favourite: "likes your post",
  update: "edited a post that you boosted",
  status: "posted",
};

function noticeList({ notices, viewer }: Scene): Html {
  return list("notices", "Nothing yet.", notices, ({ type, from, post }: Notice) => {
    const line = html`<p class="happens"><b>${from}</b> ${happenings[type] ?? type}</p>`;
    if (post === undefined) return line;
    if (post.isOwn) return html`${line}<p class="quote">${short(post.text)}</p>`;
    const card = postCard(post, { viewer, place: "notice" });
    return type === "mention" ? card : html`${line}${card}`;
  });
}

/** What was written to them stands among their notifications already. */
function homeList({ home, notices, viewer }: Scene): Html {
  const told = new Set(notices.map(({ post }) => post?.id));
  const posts = home.filter(({ id, isOwn }) => isOwn || !told.has(id));
  const nothing =
    "Nothing yet. Here is what you and those whom you follow post and boost: follow the group to see what it shares.";
  return list("home", nothing, posts, (post) => postCard(post, { viewer, place: "home" }));
}

function decisionList(decisions: readonly Decision[]): Html {
  const nothing = "Nothing yet. Write something to the group.";
  return list("decisions", nothing, decisions, ({ at, event, sentence, isShared, text }) => {
    const words = text === undefined ? "" : html`<p class="quote">${short(text)}</p>`;
    return html`<p class="happens">${stamp(at)} ${event}</p>${words}<p class="verdict ${isShared ? "good" : ""}">${sentence}</p>`;
  });
}

function groupPart({ viewer }: Scene, group: GroupView): Html {
  const { acct, name, state, isWell, followers, tags, isFollowed, posts } = group;
  return html`<div id="group" data-live>
<h2 id="group-title">${name} <span class="soft">@${acct}</span></h2>
<p class="state ${isWell ? "good" : "bad"}">${state}</p>
<p class="soft">${followers === 1 ? "1 follower" : `${followers} followers`}${tags.length > 0 ? html`, hashtags ${tags.map((tag) => `#${tag}`).join(" ")}` : ""}</p>
<form class="row" action="do" method="post">
<input type="hidden" name="as" value="${viewer.acct}">
<button id="follow" name="deed" value="${isFollowed ? "unfollow" : "follow"}">${isFollowed ? "Unfollow" : "Follow"} as ${viewer.acct.split("@")[0]}</button>
</form>
${list("posts", "It has posted and boosted nothing yet that you may see.", posts, (post) => postCard(post, { viewer, place: "profile" }))}
</div>`;
}

/** More than these are folded away. */
const shownFirst = 6;

/** A list that is live, newest first. */
function list<Item>(
  id: string,
  nothing: string,
  items: readonly Item[],
  show: (item: Item) => Html,
): Html {
  const all = items.map((item) => html`<li>${show(item)}</li>`);
  const rest = all.slice(shownFirst);
  return html`<div id="${id}" data-live>${all.length === 0 ? html`<p class="soft">${nothing}</p>` : html`<ol>${all.slice(0, shownFirst)}</ol>`}
${rest.length === 0 ? "" : html`<details id="more-${id}"><summary id="sum-more-${id}">Earlier (${rest.length})</summary><ol>${rest}</ol></details>`}</div>`;
}

const maxShort = 120;

function short(text: string): string {
  const line = text.replace(/\s+/gu, " ");
  return line.length > maxShort ? `${line.slice(0, maxShort).trimEnd()}…` : line;
}
