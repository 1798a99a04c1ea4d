/**
 * What the browser runs: takes each new state of the page as it comes, and leaves open what the reader has
 * opened. Without it the page is renewed as a whole, every ten seconds.
 */
export const script = `
"use strict";
const lost = document.getElementById("lost");
const live = new EventSource("live");
live.addEventListener("open", () => { lost.hidden = true; });
live.addEventListener("error", () => { lost.hidden = false; });
live.addEventListener("message", ({ data }) => {
  const news = new DOMParser().parseFromString(data, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = news.getElementById(old.id);
    if (fresh === null || fresh.isEqualNode(old)) continue;
    for (const details of old.querySelectorAll("details")) {
      const twin = details.id === "" ? null : news.getElementById(details.id);
      if (twin !== null) twin.open = details.open;
    }
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(document.adoptNode(fresh));
    if (focused !== "") document.getElementById(focused)?.focus();
  }
});
`;
