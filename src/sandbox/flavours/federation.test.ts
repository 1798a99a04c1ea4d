import { describe, expect, it } from "vitest";
import { startSandbox } from "../index.js";
import type { FlavourName } from "../surface.js";
import { flavourNames, isFlavourName } from "./index.js";

async function twoHosts(flavour: FlavourName) {
  const sandbox = await startSandbox({
    hosts: [{ domain: "other.test", flavour }, { domain: "mastodon.test" }],
  });
  return {
    group: sandbox.host("other.test").addUser({ username: "group" }),
    ada: sandbox.host("mastodon.test").addUser({ username: "ada" }),
    [Symbol.asyncDispose]: () => sandbox.close(),
  };
}

describe.each(flavourNames.filter(isFlavourName))("a group on %s", (flavour) => {
  it("hears of a member on Mastodon, and boosts what they post", async () => {
    await using stage = await twoHosts(flavour);
    const { group, ada } = stage;
    await ada.follow("group@other.test");
    const posted = await ada.post("Look, @group@other.test");
    const told = await group.notifications();
    expect(told.some(({ status }) => (status?.reblog ?? status)?.uri === posted.uri)).toBe(true);
    const { id } = await group.localStatus(posted.uri);
    await group.api("POST", `/api/v1/statuses/${encodeURIComponent(id)}/reblog`);
    const [boost] = await ada.statusesOf("group@other.test");
    expect(boost?.reblog?.uri).toBe(posted.uri);
  });

  it("is heard on Mastodon by whom it names", async () => {
    await using stage = await twoHosts(flavour);
    const { group, ada } = stage;
    const question = await ada.post("@group@other.test /help", { visibility: "direct" });
    const { id } = await group.localStatus(question.uri);
    await group.post("@ada@mastodon.test Help", { visibility: "direct", inReplyTo: id });
    expect(await ada.api("GET", "/api/v1/notifications?include_filtered=true")).toMatchObject([
      { type: "mention", status: { in_reply_to_id: question.id } },
    ]);
  });
});
