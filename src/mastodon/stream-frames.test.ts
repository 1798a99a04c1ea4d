import { afterEach, describe, expect, it } from "vitest";
import { fixture } from "../testing/fixtures.js";
import {
  hangUpAll,
  homes,
  kinds,
  listen,
  rawPost,
  sendFrames,
  serveSockets,
  update,
} from "../testing/stream-listener.js";
import { until } from "../testing/until.js";

afterEach(hangUpAll);

describe("connect, when frames are odd", () => {
  const odd: readonly (string | object)[] = [
    "",
    "pong",
    "null",
    "7",
    "[]",
    "{",
    {},
    { event: "pleroma:respond", payload: '{"result":"success","type":"subscribe"}' },
    { event: "delete", payload: "9abc" },
    { stream: ["user"], event: "delete", payload: "9abc" },
    { stream: ["user"], event: "filters_changed", payload: "" },
    { stream: ["user"], event: "filters_changed" },
    { stream: ["user"], event: "notifications_merged", payload: "1" },
    { stream: ["user"], event: "status.update", payload: JSON.stringify(rawPost("x")) },
    { stream: ["direct"], event: "conversation", payload: "{}" },
    { event: "pleroma:chat_update", payload: "{}" },
    { error: "Unknown stream type", status: 400 },
    { stream: ["user"], event: "update" },
    { stream: ["user"], event: "update", payload: "" },
    { stream: ["user"], event: "update", payload: "not JSON" },
    { stream: ["user"], event: "update", payload: null },
    { stream: ["user"], event: "update", payload: "[]" },
    { stream: ["user"], event: "update", payload: '{"id":"1"}' },
    { stream: ["user"], event: "update", payload: '{"constructor":null}' },
    {
      stream: ["user"],
      event: "update",
      payload: `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`,
    },
    // Found by fuzzing: as an object, what nests too deep to be written out again ended the program.
    `{"stream":["user"],"event":"update","payload":${'{"a":'.repeat(50_000)}1${"}".repeat(50_001)}`,
    { stream: ["user"], event: "notification", payload: '{"type":"mention"}' },
  ];

  it.each(odd.map((frame) => [JSON.stringify(frame).slice(0, 80), frame] as const))(
    "reads on after %s",
    async (_name, frame) => {
      const server = await serveSockets();
      const { items } = listen(server);
      await until(() => items.length > 0);
      sendFrames(server, frame, update("after"));
      await until(() => items.length > 1);
      expect(items).toMatchObject([
        { kind: "connected" },
        { kind: "home", status: { id: "after" } },
      ]);
    },
  );

  it("reads updates under any label, and payloads that are not text", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    sendFrames(server, update("1", ["user:AbC"]), update("2", undefined), update("3", "user"));
    sendFrames(server, { event: "update", payload: rawPost("4") });
    await until(() => items.length > 4);
    expect(homes(items)).toEqual(["1", "2", "3", "4"]);
  });

  it("passes over binary frames", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    for (const socket of server.sockets) socket.send(Buffer.from(JSON.stringify(update("b"))));
    sendFrames(server, update("t"));
    await until(() => items.length > 1);
    expect(homes(items)).toEqual(["t"]);
  });

  it("hangs up on a frame beyond all measure", async () => {
    const server = await serveSockets();
    const { items, outcome } = listen(server);
    await until(() => items.length > 0);
    sendFrames(server, "x".repeat(16_000_001));
    await outcome;
    expect(items.at(-1)).toMatchObject({ kind: "closed", because: "server" });
  });

  it("reads what GoToSocial sends", async () => {
    const server = await serveSockets();
    const { items } = listen(server);
    await until(() => items.length > 0);
    for (const name of [
      "stream-filters-changed",
      "stream-delete",
      "stream-mention-public",
      "stream-notification-follow-request",
      "fed-stream-edit",
    ]) {
      sendFrames(server, ...fixture("gotosocial", name).frames);
    }
    sendFrames(server, update("last"));
    await until(() => homes(items).includes("last"));
    expect(kinds(items)).toEqual([
      "connected",
      "home",
      "mention",
      "follow-request",
      "home",
      "other",
      "home",
    ]);
  });
});
