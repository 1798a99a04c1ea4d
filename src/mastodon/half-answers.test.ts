/** A 2xx of a broken server, or of something in front of it, proves nothing. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Acct, StatusId } from "../core/model.js";
import type { MastodonGateway } from "../ports.js";
import { GatewayStage, outgoing } from "../testing/gateway-stage.js";

const never = new AbortController().signal;
const inDoubt = { failure: "transient", isOutcomeKnown: false };

let stage: GatewayStage;
let cast: ReturnType<GatewayStage["cast"]>;

beforeAll(async () => {
  stage = await GatewayStage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  cast = stage.cast();
});

/** The next request there is answered so, and nothing happens. */
function answerNext(path: RegExp, body: string): void {
  stage.here.faults.failNext({ path }, { kind: "respond", status: 200, body });
}

describe.each(["{}", "null", '"ok"'])("an answer of %s", (body) => {
  it("is no boost, and none taken back", async () => {
    const { carol, gateway } = cast;
    const id = (await carol.post("Share me")).id as StatusId;
    answerNext(/\/reblog$/, body);
    await expect(gateway.reblog(id, "public", never)).rejects.toMatchObject(inDoubt);
    expect(await gateway.status(id, never)).toMatchObject({ rebloggedByUs: false });
    await gateway.reblog(id, "public", never);
    answerNext(/\/unreblog$/, body);
    await expect(gateway.unreblog(id, never)).rejects.toMatchObject(inDoubt);
  });

  it("is no follow, and none ended", async () => {
    const { carol, gateway } = cast;
    const id = await idOf(gateway, carol.acct);
    answerNext(/\/follow$/, body);
    await expect(gateway.follow(id, never)).rejects.toMatchObject(inDoubt);
    answerNext(/\/unfollow$/, body);
    await expect(gateway.unfollow(id, never)).rejects.toMatchObject(inDoubt);
  });

  it("lets nobody in, unless the list says so", async () => {
    const { group, carol, gateway } = cast;
    await group.api("PATCH", "/api/v1/accounts/update_credentials", { locked: true });
    await carol.follow(group.acct);
    const id = await idOf(gateway, carol.acct);
    answerNext(/\/authorize$/, body);
    await expect(gateway.acceptFollow(id, never)).rejects.toMatchObject(inDoubt);
    answerNext(/\/authorize$/, body);
    answerNext(/\/follow_requests$/, body);
    await expect(gateway.acceptFollow(id, never)).rejects.toMatchObject(inDoubt);
    stage.here.faults.failNext(
      { path: /\/authorize$/ },
      { kind: "respond", status: 200, body, afterEffect: true },
    );
    await gateway.acceptFollow(id, never);
    expect(await gateway.followRequests(never)).toEqual([]);
  });

  it("does not say that there is no such post of ours, nor that nobody has a name", async () => {
    const { carol, gateway } = cast;
    const id = (await carol.post("Answer me")).id as StatusId;
    const answer = outgoing({ text: `@${carol.acct} Hello`, inReplyTo: id });
    const posted = await gateway.post(answer, never);
    answerNext(/\/statuses$/, body);
    await expect(gateway.findPost(answer, never)).rejects.toMatchObject(inDoubt);
    expect(await gateway.findPost(answer, never)).toBe(posted);
    for (const path of [/lookup$/, /v2\/search$/, /v1\/accounts\/search$/]) answerNext(path, body);
    await expect(gateway.account(carol.acct as Acct, never)).rejects.toMatchObject(inDoubt);
    answerNext(/lookup$/, body);
    expect(await gateway.account(carol.acct as Acct, never)).toMatchObject({ acct: carol.acct });
  });
});

async function idOf(gateway: MastodonGateway, acct: string) {
  const account = await gateway.account(acct as Acct, never);
  if (account === undefined) throw new Error("Nobody is there.");
  return account.id;
}
