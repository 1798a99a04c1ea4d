import { html } from "hono/html";
import type { Snapshot } from "../watch/board.js";
import type { GroupSnapshot, Line } from "../watch/snapshot.js";
import { durationText, eventText, lineText, stateText, waitText } from "../watch/words.js";
import type { Html } from "./live.js";

/** The whole status page. */
export function statusPage(snapshot: Snapshot): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fedi Groups: ${summary(snapshot)}</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="data:,">
<script src="live.js" defer></script>
<noscript><meta http-equiv="refresh" content="10"></noscript>
</head>
<body data-source="live">
<header>
<h1>Fedi Groups</h1>
${overview(snapshot)}
</header>
<p class="note" id="lost" role="status" hidden>The service does not answer. This page goes on when it does.</p>
<main>
${groupList(snapshot)}
</main>
<footer class="soft">For programs: <a href="metrics">metrics</a>, <a href="healthz">health</a>, <a href="readyz">readiness</a></footer>
</body>
</html>`;
}

/** Those parts of the page that change, to be put in the place of the old ones. */
export function liveParts(snapshot: Snapshot): Html {
  return html`${overview(snapshot)}${groupList(snapshot)}`;
}

function summary({ groups }: Snapshot): string {
  const live = groups.filter(({ phase, isStuck }) => phase === "live" && !isStuck).length;
  return `${live} of ${groups.length} groups live`;
}

function overview(snapshot: Snapshot): Html {
  const { startedAt, now, version } = snapshot;
  return html`<p id="overview" data-live class="soft">${summary(snapshot)}, up for ${durationText(now - startedAt)}, version ${version}</p>`;
}

function groupList({ groups, now }: Snapshot): Html {
  const sorted = groups.toSorted((a, b) => troubleOf(b) - troubleOf(a));
  return html`<div id="groups" data-live>${sorted.map((group) => groupCard(group, now))}</div>`;
}

/** What needs somebody stands first. */
function troubleOf({ phase, isStuck, waits, connection }: GroupSnapshot): 0 | 1 | 2 {
  if (isStuck || phase === "stopped") return 2;
  return phase === "starting" || connection.how === "none" || waits.length > 0 ? 1 : 0;
}

const looks = ["good", "wait", "bad"] as const;

function groupCard(group: GroupSnapshot, now: number): Html {
  const { acct, phase, software } = group;
  const id = `group-${acct}`;
  // One that never came as far has nothing more to show.
  const isBare = phase === "stopped" && software === undefined;
  return html`<section aria-labelledby="${id}">
<h2 id="${id}">${acct}</h2>
${state(group, now)}
${isBare ? "" : html`${numbers(group, now)}${retries(group, now)}${events(group, now)}${limits(group)}`}
</section>`;
}

function numbers(group: GroupSnapshot, now: number): Html {
  const { software, caughtUp } = group;
  return html`<dl>
<div><dt>Server</dt><dd>${software ?? "not met yet"}</dd></div>
<div><dt>Last event</dt><dd>${ago(group.lastEventAt, now)}</dd></div>
<div><dt>Caught up</dt><dd>${ago(caughtUp?.at, now)}${caughtUp && caughtUp.count > 0 ? `, ${caughtUp.count} missed` : ""}</dd></div>
<div><dt>Shares today</dt><dd>${group.sharesToday}</dd></div>
<div><dt>Queue</dt><dd>${group.queueLength}</dd></div>
</dl>`;
}

/** The colour is never alone: a sign and words say the same. */
function state(group: GroupSnapshot, now: number): Html {
  const [first = "", ...rest] = stateText(group, now).split(": ");
  const reason = rest.length === 0 ? "" : html`<p>${rest.join(": ")}</p>`;
  return html`<p class="state ${looks[troubleOf(group)]}">${first}</p>${reason}`;
}

const shownEvents = 5;

function events({ acct, recent }: GroupSnapshot, now: number): Html {
  if (recent.length === 0) return html`<h3>Last events</h3><p class="soft">Nothing yet.</p>`;
  const rest = recent.slice(shownEvents);
  const first = html`<h3>Last events</h3>
<ol>${recent.slice(0, shownEvents).map((line) => event(line, now))}</ol>`;
  if (rest.length === 0) return first;
  return html`${first}
<details id="more-${acct}"><summary id="sum-more-${acct}">Earlier events (${rest.length})</summary>
<ol>${rest.map((line) => event(line, now))}</ol></details>`;
}

function event(line: Line, now: number): Html {
  const { url, at } = line;
  const what = eventText(line);
  return html`<li><p>${url !== undefined && isWeb(url) ? html`<a href="${url}" rel="noreferrer noopener">${what}</a>` : what}, ${ago(at, now)}</p>
<p>${lineText(line)}</p></li>`;
}

/** Addresses come from strangers. */
function isWeb(url: string): boolean {
  return URL.canParse(url) && /^https?:$/u.test(new URL(url).protocol);
}

function retries({ waits, putOff }: GroupSnapshot, now: number): Html | "" {
  if (waits.length === 0 && putOff.length === 0) return "";
  return html`<h3>Tried again</h3>
<ul>${waits.map((wait) => html`<li>${waitText(wait, now)}</li>`)}${putOff.map(
    ({ effect, since }) =>
      html`<li>Put off ${ago(since, now)}, for want of room: ${effect.replace("-", " ")}</li>`,
  )}</ul>`;
}

function limits({ acct, budgets }: GroupSnapshot): Html | "" {
  if (budgets.length === 0) return "";
  return html`<details id="limits-${acct}"><summary id="sum-limits-${acct}">Limits of the server</summary>
<ul class="limits">${budgets.map(({ kind, used, count, windowMs }) => {
    const what = `${kind.replaceAll("-", " ")}: ${used} of ${count} in ${durationText(windowMs)}`;
    return html`<li>${what}<meter min="0" max="${count}" high="${count * 0.8}" value="${used}" aria-label="${what}"></meter></li>`;
  })}</ul></details>`;
}

function ago(at: number | undefined, now: number): Html | string {
  if (at === undefined) return "never";
  return html`<time datetime="${new Date(at).toISOString()}">${durationText(now - at)} ago</time>`;
}
