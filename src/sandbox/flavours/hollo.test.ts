import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { type FlavourStage, idOf, openFlavour, signIn } from "../../testing/flavour-stage.js";
import { type Answer, differences, type Exceptions } from "../../testing/same-shape.js";

/** Differences that are meant, with their reasons. */
const meant: Exceptions = {
  source:
    "told of an account that is asked for by itself, and of contacts, which the sandbox has not",
};

type Ask = (stage: FlavourStage) => Promise<Answer>;

const statuses = "/api/v1/statuses";
const mine = "/api/v1/accounts/verify_credentials";

/** Posts as alice and does something to that as the group. */
function after(path: string, visibility = "public", body?: unknown, times = 1): Ask {
  return async (stage) => {
    const { id } = await stage.post(stage.alice, "@groupbot@here.test hi #foo", { visibility });
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

async function heard(stage: FlavourStage) {
  await stage.dave.follow("groupbot@here.test");
  await stage.dave.post("@groupbot@here.test hi");
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
  "168-oauth-new-app": async (stage) => (await signIn(stage)).app,
  "001-instance-v1": ({ ask }) => ask(undefined, "GET", "/api/v1/instance"),
  "002-instance-v2": ({ ask }) => ask(undefined, "GET", "/api/v2/instance"),
  // Recorded as the refusal of an upgrade, without its headers.
  "008-streaming-websocket": async (stage) => ({
    ...(await reading("/api/v1/streaming?stream=user")(stage)),
    headers: {},
  }),
  "009-401-no-token": ({ ask }) => ask(undefined, "GET", mine),
  "010-401-bad-token": ({ ask }) => ask("bad", "GET", mine),
  "014-404-route": reading("/api/v1/no_such_thing"),
  "015-404-status-garbage": reading(`${statuses}/123456789012345678`),
  "019-verify-credentials": reading(mine),
  "020-update-credentials-form": ({ ask, groupbot }) => {
    const form = new URLSearchParams({ display_name: "Group", bot: "true" });
    form.set("fields_attributes[0][name]", "Moderator");
    form.set("fields_attributes[0][value]", "@alice");
    return ask(groupbot, "PATCH", "/api/v1/accounts/update_credentials", form);
  },
  "024-lookup-bare": reading("/api/v1/accounts/lookup?acct=alice"),
  "028-lookup-missing": reading("/api/v1/accounts/lookup?acct=nobody_here"),
  "029-lookup-missing-remote": reading("/api/v1/accounts/lookup?acct=nobody@nowhere.invalid"),
  "032-search-handle-resolve": reading(
    "/api/v2/search?q=@alice@here.test&resolve=true&type=accounts",
  ),
  "037-follow-bot-by-alice": async (stage) =>
    stage.ask(stage.alice, "POST", `/api/v1/accounts/${await idOf(stage, "groupbot")}/follow`),
  "041-relationships-one": async (stage) =>
    reading(`/api/v1/accounts/relationships?id[]=${await idOf(stage, "alice")}`)(stage),
  "043-relationships-noarray": async (stage) =>
    reading(`/api/v1/accounts/relationships?id=${await idOf(stage, "alice")}`)(stage),
  "053-mention-two": posting({ status: "@groupbot and @bob\nsecond line", visibility: "public" }),
  "059-notifications-unread-count": reading("/api/v1/notifications/unread_count"),
  "062-conversations": reading("/api/v1/conversations"),
  "063-home-bot": async (stage) => {
    await stage.alice.post("@groupbot@here.test you do not follow me");
    return await reading("/api/v1/timelines/home?limit=20")(stage);
  },
  "066-account-statuses-no-token": async (stage) =>
    stage.ask(undefined, "GET", `/api/v1/accounts/${await idOf(stage, "alice")}/statuses`),
  "072-reblog-nobody": after("reblog"),
  "073-reblog-again": after("reblog", "public", undefined, 2),
  "081-unreblog": async (stage) => {
    const { id } = await stage.alice.post("@groupbot@here.test hi");
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/unreblog`);
  },
  "082-unreblog-again": after("unreblog"),
  "084-reblog-form-body": after("reblog", "public", new URLSearchParams({ visibility: "public" })),
  "090-reblog-empty-json-type": after("reblog", "public", ""),
  "093-reblog-followers-only": after("reblog", "private"),
  "094-reblog-direct": after("reblog", "direct"),
  "097-favourite": after("favourite"),
  "098-favourite-again": after("favourite", "public", undefined, 2),
  "110-post-spoiler": posting({ status: "x", spoiler_text: "careful", sensitive: true }),
  "112-post-form-sensitive": posting(new URLSearchParams({ status: "x", sensitive: "true" })),
  "116-post-empty": posting({ status: "" }),
  "117-post-no-status": posting({ visibility: "public" }),
  "118-post-bad-visibility": posting({ status: "x", visibility: "nonsense" }),
  "120-post-reply-to-missing": posting({
    status: "x",
    in_reply_to_id: "01900000-0000-7000-8000-000000000000",
  }),
  "121-post-reply-to-garbage": posting({ status: "x", in_reply_to_id: "12345" }),
  "128-edit": async (stage) => (await ownPost(stage))("PUT", "", { status: "edited" }),
  "129-source": async (stage) => (await ownPost(stage))("GET", "/source"),
  "130-pin": async (stage) => (await ownPost(stage))("POST", "/pin"),
  "131-pin-again": async (stage) => {
    const ask = await ownPost(stage);
    await ask("POST", "/pin");
    return await ask("POST", "/pin");
  },
  "132-pin-others": after("pin"),
  "135-unpin-again": async (stage) => (await ownPost(stage))("POST", "/unpin"),
  "142-page-home-limit-2": async (stage) => {
    for (const text of ["a", "b", "c"]) await stage.groupbot.post(text);
    return await reading("/api/v1/timelines/home?limit=2")(stage);
  },
  "150-page-home-since-unknown": reading("/api/v1/timelines/home?since_id=1&limit=2"),
  "152-page-account-statuses": async (stage) => {
    for (const text of ["a", "b", "c"]) await stage.alice.post(text);
    return await reading(`/api/v1/accounts/${await idOf(stage, "alice")}/statuses?limit=2`)(stage);
  },
  "161-json-broken": posting("{not json"),
  "162-accounts-relationships-unknown": reading(
    "/api/v1/accounts/relationships?id[]=00000000-0000-7000-8000-000000000000",
  ),
  "172-delete-own": async (stage) => {
    const above = await stage.alice.post("above");
    const { id } = await stage.groupbot.post("a reply", { inReplyTo: above.id });
    return await stage.ask(stage.groupbot, "DELETE", `${statuses}/${id}`);
  },
  "174-delete-others": async (stage) => {
    const { id } = await stage.alice.post("not the group's");
    return await stage.ask(stage.groupbot, "DELETE", `${statuses}/${id}`);
  },
  "192-notifications-clear": ({ ask, groupbot }) =>
    ask(groupbot, "POST", "/api/v1/notifications/clear"),
  "fed-05-notifications-remote-follow": async (stage) => {
    await stage.dave.follow("groupbot@here.test");
    return await reading("/api/v1/notifications?limit=10")(stage);
  },
  "fed-12-notifications-remote-mention": async (stage) => {
    await heard(stage);
    return await reading("/api/v1/notifications?limit=20")(stage);
  },
  "fed-16-notifications-limit-1": async (stage) => {
    await heard(stage);
    return await reading("/api/v1/notifications?limit=1")(stage);
  },
  "fed-22-reblog-remote": async (stage) => {
    const { id } = await stage.post(stage.dave, "@groupbot@here.test hi");
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
  },
  "fed-38-search-remote-handle": reading(
    "/api/v2/search?q=@dave@there.test&resolve=true&type=accounts",
  ),
};

describe("the flavour hollo answers as Hollo did", () => {
  it.each(Object.entries(asked))("%s", async (name, ask) => {
    await using stage = await openFlavour("hollo");
    expect(differences(fixture("hollo", name), await ask(stage), meant)).toEqual([]);
  });
});
