/**
 * What the browser runs on every page that is live: takes each new state of its parts as it comes, from the address
 * that the body's data-source names, and keeps what the reader has opened, half written or focused.
 */
export const script = `
"use strict";
const lost = document.getElementById("lost");
const live = new EventSource(document.body.dataset.source);
live.addEventListener("open", () => { lost.hidden = true; });
live.addEventListener("error", () => { lost.hidden = false; });
live.addEventListener("message", ({ data }) => {
  const news = new DOMParser().parseFromString(data, "text/html");
  const twinOf = ({ id }) => (id === "" ? null : news.getElementById(id));
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = twinOf(old);
    if (fresh === null) continue;
    for (const details of old.querySelectorAll("details")) {
      const twin = twinOf(details);
      if (twin !== null) twin.open = details.open;
    }
    if (fresh.isEqualNode(old)) continue;
    for (const field of old.querySelectorAll("input, textarea")) {
      const twin = twinOf(field);
      if (twin !== null && field.value !== field.defaultValue) twin.value = field.value;
    }
    const focused = old.contains(document.activeElement) ? document.activeElement : undefined;
    const caret = focused?.selectionEnd;
    old.replaceWith(document.adoptNode(fresh));
    if (focused === undefined || focused.id === "") continue;
    const twin = document.getElementById(focused.id);
    twin?.focus({ preventScroll: true });
    if (typeof caret === "number") twin?.setSelectionRange(caret, caret);
  }
});
`;
