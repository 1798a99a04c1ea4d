import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { type FlavourStage, idOf, openFlavour, signIn } from "../../testing/flavour-stage.js";
import { type Answer, differences } from "../../testing/same-shape.js";

type Ask = (stage: FlavourStage) => Promise<Answer>;

const statuses = "/api/v1/statuses";
const mine = "/api/v1/accounts/verify_credentials";

/** Posts as alice and does something to that as the group. */
function after(path: string, visibility = "public", body?: unknown, times = 1): Ask {
  return async (stage) => {
    const { id } = await stage.post(stage.alice, "@groupbot hi", { visibility });
    let answer: Answer | undefined;
    for (let count = 0; count < times; count += 1) {
      answer = await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/${path}`, body);
    }
    if (answer === undefined) throw new Error("Nothing was asked.");
    return answer;
  };
}

function posting(body: unknown): Ask {
  return ({ ask, groupbot }) => ask(groupbot, "POST", statuses, body);
}

function reading(path: string): Ask {
  return ({ ask, groupbot }) => ask(groupbot, "GET", path);
}

/** Reads a path after alice has mentioned the group, `id` in place of the post's. */
function heard(path: string): Ask {
  return async (stage) => {
    await stage.groupbot.follow("alice@here.test");
    const { id } = await stage.alice.post("@groupbot@here.test hi");
    return await reading(path.replace(":id", id))(stage);
  };
}

/** Reads a path after the group has boosted what alice wrote. */
function boosted(path: string): Ask {
  return async (stage) => {
    const { id } = await stage.alice.post("@groupbot@here.test hi");
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    const shown = path.includes(":ID") ? id.toUpperCase() : id;
    return await reading(path.replace(/:id/i, shown))(stage);
  };
}

async function ownPost(stage: FlavourStage) {
  const { id } = await stage.groupbot.post("mine");
  return (method: string, path: string, body?: unknown) =>
    stage.ask(stage.groupbot, method, `${statuses}/${id}${path}`, body);
}

/** By the name of the recording: how to get the same from the sandbox. */
const asked: Readonly<Record<string, Ask>> = {
  // Recorded without headers.
  "oauth-5-token": async (stage) => ({ ...(await signIn(stage)).token, headers: {} }),
  "173-oauth-new-app": async (stage) => (await signIn(stage)).app,
  "001-instance-v1": ({ ask }) => ask(undefined, "GET", "/api/v1/instance"),
  "002-instance-v2": ({ ask }) => ask(undefined, "GET", "/api/v2/instance"),
  "009-401-no-token": ({ ask }) => ask(undefined, "GET", mine),
  "010-401-bad-token": ({ ask }) => ask("bad", "GET", mine),
  "011-401-bad-token-home": ({ ask }) => ask("bad", "GET", "/api/v1/timelines/home"),
  "014-404-route": reading("/api/v1/no_such_thing"),
  "015-404-status-garbage": reading(`${statuses}/123456789012345678`),
  "019-verify-credentials": reading(mine),
  "021-update-credentials-json": ({ ask, groupbot }) =>
    ask(groupbot, "PATCH", "/api/v1/accounts/update_credentials", {
      display_name: "Group",
      bot: true,
      fields_attributes: [{ name: "Moderator", value: "@alice" }],
    }),
  "024-lookup-bare": reading("/api/v1/accounts/lookup?acct=alice"),
  "029-lookup-missing-remote": reading("/api/v1/accounts/lookup?acct=nobody@nowhere.invalid"),
  "030-account-by-id": async (stage) =>
    reading(`/api/v1/accounts/${await idOf(stage, "alice")}`)(stage),
  "032-search-handle-resolve": reading("/api/v2/search?q=@alice@here.test&type=accounts"),
  "037-follow-bot-by-alice": async (stage) =>
    stage.ask(stage.alice, "POST", `/api/v1/accounts/${await idOf(stage, "groupbot")}/follow`),
  "042-relationships-many": async (stage) => {
    const [alice, bob] = [await idOf(stage, "alice"), await idOf(stage, "bob")];
    return await reading(`/api/v1/accounts/relationships?id[]=${alice}&id[]=${bob}`)(stage);
  },
  "049-mention-public-full": posting({ status: "@alice@here.test hi" }),
  "052-mention-direct": posting({ status: "@alice hi", visibility: "direct" }),
  "054-notifications-no-limit": heard("/api/v1/notifications"),
  "055-notifications-limit-30": heard("/api/v1/notifications?limit=30"),
  "063-notification-by-id": reading("/api/v1/notifications/1795232689929683"),
  "064-notification-dismiss": ({ ask, groupbot }) =>
    ask(groupbot, "POST", "/api/v1/notifications/1795232689929683/dismiss"),
  "065-notifications-unread-count": reading("/api/v1/notifications/unread_count"),
  "069-home-bot": heard("/api/v1/timelines/home?limit=20"),
  "072-account-statuses-no-token": async (stage) =>
    stage.ask(undefined, "GET", `/api/v1/accounts/${await idOf(stage, "alice")}/statuses`),
  "074-status-get": heard(`${statuses}/:id`),
  "075-status-get-no-token": async (stage) => {
    const { id } = await stage.alice.post("hi");
    return await stage.ask(undefined, "GET", `${statuses}/${id}`);
  },
  "078-reblog-nobody": after("reblog"),
  "079-reblog-again": after("reblog", "public", undefined, 2),
  "080-status-after-reblog": boosted(`${statuses}/:id`),
  "082-status-get-boost-wrapper": boosted(`${statuses}/:ID`),
  "087-unreblog": async (stage) => {
    const { id } = await stage.alice.post("@groupbot@here.test hi");
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/unreblog`);
  },
  "088-unreblog-again": after("unreblog"),
  "092-reblog-json-body": after("reblog", "public", { visibility: "public" }),
  "100-reblog-direct": after("reblog", "direct"),
  "101-reblog-missing": ({ ask, groupbot }) =>
    ask(groupbot, "POST", `${statuses}/01900000-0000-7000-8000-000000000000/reblog`),
  "106-post-reply-direct": async (stage) => {
    const { id } = await stage.alice.post("@groupbot hi", { visibility: "direct" });
    const body = { status: "@alice noted", visibility: "direct", in_reply_to_id: id };
    return await posting(body)(stage);
  },
  "116-post-spoiler": posting({ status: "x", spoiler_text: "careful", sensitive: true }),
  "122-post-empty": posting({ status: "" }),
  "123-post-no-status": posting({ visibility: "public" }),
  "124-post-bad-visibility": posting({ status: "x", visibility: "nonsense" }),
  "127-post-reply-to-garbage": posting({ status: "x", in_reply_to_id: "12345" }),
  "134-edit": async (stage) => (await ownPost(stage))("PUT", "", { status: "edited" }),
  "135-source": async (stage) => (await ownPost(stage))("GET", "/source"),
  "136-pin": async (stage) => (await ownPost(stage))("POST", "/pin"),
  "137-pin-again": async (stage) => {
    const ask = await ownPost(stage);
    await ask("POST", "/pin");
    return await ask("POST", "/pin");
  },
  "138-pin-others": after("pin"),
  "148-page-home-limit-2": async (stage) => {
    for (const text of ["a", "b", "c"]) await stage.groupbot.post(text);
    return await reading("/api/v1/timelines/home?limit=2")(stage);
  },
  "158-page-account-statuses": async (stage) => {
    for (const text of ["a", "b", "c"]) await stage.alice.post(text);
    return await reading(`/api/v1/accounts/${await idOf(stage, "alice")}/statuses?limit=2`)(stage);
  },
  "166-json-broken": posting("{not json"),
  "167-accounts-relationships-unknown": reading("/api/v1/accounts/relationships?id[]=00000000"),
  "168-follow-unknown": ({ ask, groupbot }) =>
    ask(groupbot, "POST", "/api/v1/accounts/00000000/follow"),
  "177-delete-own": async (stage) => (await ownPost(stage))("DELETE", ""),
  "179-delete-others": async (stage) => {
    const { id } = await stage.alice.post("hers");
    return await stage.ask(stage.groupbot, "DELETE", `${statuses}/${id}`);
  },
  "184-unfollow-again": async (stage) =>
    stage.ask(stage.bob, "POST", `/api/v1/accounts/${await idOf(stage, "groupbot")}/unfollow`),
  "194-mute-bob-json": async (stage) =>
    stage.ask(stage.groupbot, "POST", `/api/v1/accounts/${await idOf(stage, "bob")}/mute`, {}),
  "197-notifications-clear": ({ ask, groupbot }) =>
    ask(groupbot, "POST", "/api/v1/notifications/clear"),
  "fed-01-search-remote-handle": reading("/api/v2/search?q=@dave@there.test&type=accounts"),
  "fed-42-notifications-remote-follow": async (stage) => {
    await stage.dave.follow("groupbot@here.test");
    return await reading("/api/v1/notifications?limit=10")(stage);
  },
  "fed-59-reblog-remote": async (stage) => {
    const { id } = await stage.post(stage.dave, "@groupbot@here.test hi");
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
  },
};

describe("the flavour snac answers as snac did", () => {
  it.each(Object.entries(asked))("%s", async (name, ask) => {
    await using stage = await openFlavour("snac");
    const answer = await ask(stage);
    expect(differences(fixture("snac", name), answer)).toEqual([]);
  });
});
