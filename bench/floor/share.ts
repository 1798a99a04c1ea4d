/**
 * The floor for everything that comes by the stream: frame in, request out, and nothing else. No check,
 * no state, no second try.
 */
import { readFileSync } from "node:fs";
import WebSocket from "ws";

interface Frame {
  readonly event: string;
  readonly payload: string;
}
interface Mention {
  readonly type: string;
  readonly account: { readonly acct: string };
  readonly status: { readonly id: string; readonly content: string };
}

const accounts: readonly { readonly base: string; readonly token: string }[] = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf8"),
);

for (const { base, token } of accounts) {
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async (path: string, body: object) => {
    const json = { ...headers, "Content-Type": "application/json" };
    const answer = await fetch(`${base}${path}`, {
      ...{ method: "POST", headers: json, body: JSON.stringify(body) },
    });
    await answer.json();
  };
  const url = `${base.replace("http", "ws")}/api/v1/streaming?stream=user`;
  const socket = new WebSocket(url, { headers, perMessageDeflate: false });
  socket.on("message", (data) => {
    const { event, payload }: Frame = JSON.parse(String(data));
    if (event !== "notification") return;
    const { type, account, status }: Mention = JSON.parse(payload);
    if (type !== "mention") return;
    if (status.content.includes("/ping")) {
      const text = `@${account.acct} pong`;
      const reply = { status: text, in_reply_to_id: status.id, visibility: "direct" };
      void ask("/api/v1/statuses", reply);
    } else {
      void ask(`/api/v1/statuses/${status.id}/reblog`, { visibility: "public" });
    }
  });
}
