/**
 * What the browser runs on the playground, behind what it runs on every live page: does what forms ask for without
 * leaving the page, and says each decision of the group. Without it every form leads to a new page.
 */
export const script = `
const problem = document.getElementById("problem");
const said = document.getElementById("said");
const newest = () => document.querySelector("#decisions .verdict")?.textContent ?? "";
let told = newest();
live.addEventListener("message", () => {
  if (newest() !== told) said.textContent = told = newest();
});
/** A disabled button would lose the focus, so a second click is overlooked instead. */
const busy = new WeakSet();
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { target: form, submitter: button } = event;
  if (busy.has(form)) return;
  busy.add(form);
  const body = new URLSearchParams(new FormData(form, button));
  let trouble = "The playground does not answer. Has it been stopped?";
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { accept: "text/plain" } });
    trouble = answer.ok ? "" : await answer.text();
  } catch {}
  busy.delete(form);
  problem.textContent = trouble;
  problem.hidden = trouble === "";
  if (trouble !== "") return;
  const deed = body.get("deed");
  const isPrepared = new URLSearchParams(location.search).size > 1;
  if (deed === "reset" || (deed === "post" && isPrepared)) location.assign(document.body.dataset.fresh);
  if (deed === "post" || deed === "person") form.reset();
  if (deed === "edit") form.closest("details").open = false;
});
`;
