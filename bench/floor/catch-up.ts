/** The floor for catching up: all notifications page by page, then the boosts, oldest first. */
import { readFileSync } from "node:fs";

interface Notification {
  readonly id: string;
  readonly type: string;
  readonly status?: { readonly id: string; readonly visibility: string };
}

const [account]: readonly { readonly base: string; readonly token: string }[] = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);
if (account === undefined) throw new Error("There is no account.");
const { base, token } = account;
const headers = { Authorization: `Bearer ${token}` };

const missed: Notification[] = [];
for (let maxId = ""; ; ) {
  const answer = await fetch(`${base}/api/v1/notifications?limit=40${maxId}`, { headers });
  const page: readonly Notification[] = JSON.parse(await answer.text());
  missed.push(...page);
  const last = page.at(-1);
  if (last === undefined) break;
  maxId = `&max_id=${last.id}`;
}
for (const { type, status } of missed.reverse()) {
  if (type !== "mention" || status?.visibility !== "public") continue;
  const answer = await fetch(`${base}/api/v1/statuses/${status.id}/reblog`, {
    ...{ method: "POST", headers },
  });
  JSON.parse(await answer.text());
}
