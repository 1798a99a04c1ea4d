import { describe, expect, it } from "vitest";
import { openSocket } from "../testing/socket-client.js";
import { until } from "../testing/until.js";
import { type ApiNotification, startSandbox, type WireMark } from "./index.js";

describe("startSandbox", () => {
  it("is a fediverse: a member of one host follows, posts, and another one hears of it", async () => {
    await using sandbox = await startSandbox({
      hosts: [{ domain: "a.test" }, { domain: "b.test" }],
    });
    const group = sandbox.host("a.test").addUser({ username: "group" });
    const ada = sandbox.host("b.test").addUser({ username: "ada" });
    const stream = await openSocket(
      sandbox.host("a.test").baseUrl,
      `/api/v1/streaming?stream=user&access_token=${group.token}`,
    );
    await ada.follow("group@a.test");
    const posted = await ada.post("Hello @group@a.test", {
      media: [{ description: "A dot", bytes: new Uint8Array([1]), type: "image/png" }],
    });
    await until(() => stream.frames.length >= 2);
    expect(stream.frames).toMatchObject([
      { stream: ["user"], event: "notification" },
      { stream: ["user"], event: "notification" },
    ]);
    const types = (await group.notifications()).map((one: ApiNotification) => one.type);
    expect(types).toEqual(["mention", "follow"]);
    const seen = await group.localStatus(posted.uri);
    expect(seen).toMatchObject({ uri: posted.uri, account: { acct: "ada@b.test" } });
    await group.api("POST", `/api/v1/statuses/${seen.id}/reblog`);
    const [boost] = await ada.statusesOf("group@a.test");
    expect(boost?.reblog?.uri).toBe(posted.uri);
    expect((await ada.home()).length).toBeGreaterThan(0);
    const [media] = seen.media_attachments;
    expect(media?.description).toBe("A dot");
    const file = await fetch(media?.url ?? "");
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array([1]));
    await ada.unfollow("group@a.test");
  });

  it("says nothing of limits where it is told not to", async () => {
    await using sandbox = await startSandbox({
      hosts: [{ domain: "a.test" }, { domain: "b.test", tellsRateLimits: false }],
    });
    const headers = await Promise.all(
      sandbox.hosts.map(async ({ baseUrl }) => (await fetch(`${baseUrl}/api/v2/instance`)).headers),
    );
    expect(headers.map((each) => each.has("x-ratelimit-remaining"))).toEqual([true, false]);
  });

  it("has the address and the clock that a host is given", async () => {
    const nineteenNinety = Date.UTC(1990, 0, 1);
    const publicUrl = "http://127.0.0.1:9";
    await using sandbox = await startSandbox({
      hosts: [{ domain: "a.test", publicUrl, now: () => nineteenNinety }, { domain: "b.test" }],
    });
    const { baseUrl } = sandbox.host("a.test");
    const response = await fetch(`${baseUrl}/api/v2/instance`);
    expect(response.headers.get("date")).toBe("Mon, 01 Jan 1990 00:00:00 GMT");
    expect(await response.json()).toMatchObject({
      configuration: { urls: { streaming: "ws://127.0.0.1:9" } },
    });
    const ada = sandbox.host("a.test").addUser({ username: "ada" });
    const ben = sandbox.host("b.test").addUser({ username: "ben" });
    const post = await ada.post("Hello");
    expect(post).toMatchObject({ created_at: "1990-01-01T00:00:00.000Z" });
    expect(post.uri).toContain(publicUrl);
    expect(await ben.localStatus(post.uri)).toMatchObject({ content: post.content });
  });

  it("tells of the wire as it happens: an open socket, a frame, a request", async () => {
    const marks: WireMark[] = [];
    await using sandbox = await startSandbox({
      hosts: [{ domain: "a.test" }],
      onWire: (mark) => marks.push(mark),
    });
    const host = sandbox.host("a.test");
    const ada = host.addUser({ username: "ada" });
    const path = `/api/v1/streaming?stream=user&access_token=${ada.token}`;
    const client = await openSocket(host.baseUrl, path);
    host.faults.streams.sendRaw("ada", "quack");
    await until(() => client.raw.length === 1);
    await ada.home();
    expect(marks).toMatchObject([
      { kind: "socket", domain: "a.test", username: "ada" },
      { kind: "frame", domain: "a.test", username: "ada" },
      { kind: "request", domain: "a.test", method: "GET", path: "/api/v1/timelines/home" },
    ]);
    const times = marks.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(performance.now());
  });
});
