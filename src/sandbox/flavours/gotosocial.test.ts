import { describe, expect, it } from "vitest";
import { fixture } from "../../testing/fixtures.js";
import { at, type FlavourStage, idOf, openFlavour, signIn } from "../../testing/flavour-stage.js";
import { type Answer, differences } from "../../testing/same-shape.js";

/** Differences that are meant, with their reasons. */
const meant = {
  roles: "only administrators have them, and the sandbox has none",
};

type Ask = (stage: FlavourStage) => Promise<Answer>;

const open = () => openFlavour("gotosocial-0.20");
const statuses = "/api/v1/statuses";

async function mention(stage: FlavourStage, visibility = "public") {
  const { alice } = stage;
  const text = "@groupbot hello #foo https://example.org/x";
  return await stage.post(alice, text, { visibility });
}

const reblog = async (stage: FlavourStage, visibility?: string) => {
  const { id } = await mention(stage, visibility);
  return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`, {});
};

/** By the name of the recording: how to get the same from the sandbox. */
const asked: Readonly<Record<string, Ask>> = {
  // Recorded without headers.
  "oauth-token": async (stage) => ({ ...(await signIn(stage)).token, headers: {} }),
  "oauth-app-create": async (stage) => ({ ...(await signIn(stage)).app, headers: {} }),
  "instance-v1": ({ ask }) => ask(undefined, "GET", "/api/v1/instance"),
  "instance-v2": ({ ask }) => ask(undefined, "GET", "/api/v2/instance"),
  "verify-credentials": ({ ask, groupbot }) =>
    ask(groupbot, "GET", "/api/v1/accounts/verify_credentials"),
  "rest-401-bad-token": ({ ask }) => ask("bad", "GET", "/api/v1/accounts/verify_credentials"),
  "rest-401-no-token": ({ ask }) => ask(undefined, "GET", "/api/v1/accounts/verify_credentials"),
  "scope-insufficient-403": ({ ask, groupbot }) =>
    ask(groupbot.issueToken("read"), "POST", statuses, { status: "no" }),
  "status-public-no-token": async (stage) => {
    const { id } = await mention(stage);
    return await stage.ask(undefined, "GET", `${statuses}/${id}`);
  },
  "lookup-no-token": ({ ask }) => ask(undefined, "GET", "/api/v1/accounts/lookup?acct=alice"),
  "search-v2-no-token": ({ ask }) => ask(undefined, "GET", "/api/v2/search?q=alice"),
  "unknown-endpoint-404": ({ ask, groupbot }) => ask(groupbot, "GET", "/api/v1/nope"),
  "statuses-multiple": ({ ask, groupbot }) => ask(groupbot, "GET", `${statuses}?id[]=1&id[]=2`),
  "streaming-health": ({ ask, groupbot }) => ask(groupbot, "GET", "/api/v1/streaming/health"),
  "account-get": ({ ask, groupbot, alice }) =>
    ask(groupbot, "GET", "/api/v1/accounts/lookup?acct=alice").then((found) =>
      ask(alice, "GET", `/api/v1/accounts/${at(found, "id")}`),
    ),
  "post-plain": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "plain @alice #Foo\nmore" }),
  "post-markdown": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "# a\n@alice #b", content_type: "text/markdown" }),
  "post-local-only": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "here", local_only: true }),
  "post-mutuals-only": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "few", visibility: "mutuals_only" }),
  "post-empty": ({ ask, groupbot }) => ask(groupbot, "POST", statuses, { status: "" }),
  "post-too-long": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "x".repeat(5_001) }),
  "post-bad-visibility": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "x", visibility: "nonsense" }),
  "post-content-type-bad": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "x", content_type: "nonsense" }),
  "post-bad-json": ({ ask, groupbot }) => ask(groupbot, "POST", statuses, '{"status":'),
  "reply-bad-id": ({ ask, groupbot }) =>
    ask(groupbot, "POST", statuses, { status: "x", in_reply_to_id: "12345" }),
  "reblog-public": (stage) => reblog(stage),
  "reblog-public-twice": async (stage) => {
    const { id } = await mention(stage);
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
  },
  "reblog-unlisted": (stage) => reblog(stage, "unlisted"),
  "reblog-direct": (stage) => reblog(stage, "direct"),
  "reblog-private-of-other": (stage) => reblog(stage, "private"),
  "reblog-bad-id": ({ ask, groupbot }) => ask(groupbot, "POST", `${statuses}/12345/reblog`, {}),
  "fed-reblog-public": async (stage) => {
    const { id } = await stage.post(stage.dave, "@groupbot@here.test hi #foo");
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`, {});
  },
  "fed-status-remote": async (stage) => {
    const { id } = await stage.post(stage.dave, "@groupbot@here.test hi #foo");
    return await stage.ask(stage.groupbot, "GET", `${statuses}/${id}`);
  },
  unreblog: async (stage) => {
    const { id } = await mention(stage);
    await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/reblog`);
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/unreblog`);
  },
  "unreblog-not-boosted": async (stage) => {
    const { id } = await mention(stage, "direct");
    return await stage.ask(stage.groupbot, "POST", `${statuses}/${id}/unreblog`, {});
  },
  "status-source": async (stage) => {
    const { id } = await mention(stage);
    return await stage.ask(stage.alice, "GET", `${statuses}/${id}/source`);
  },
  "status-delete-other": async (stage) => {
    const { id } = await mention(stage);
    return await stage.ask(stage.groupbot, "DELETE", `${statuses}/${id}`);
  },
  "notifications-mention-only": async (stage) => {
    await mention(stage);
    return await stage.ask(stage.groupbot, "GET", "/api/v1/notifications?types[]=mention&limit=3");
  },
  "notifications-unread-count": ({ ask, groupbot }) =>
    ask(groupbot, "GET", "/api/v1/notifications/unread_count"),
  "notification-dismiss": async (stage) => {
    await mention(stage);
    const [first] = await stage.groupbot.notifications();
    return await stage.ask(
      stage.groupbot,
      "POST",
      `/api/v1/notifications/${first?.id}/dismiss`,
      {},
    );
  },
  "notification-one": async (stage) => {
    await mention(stage);
    const [first] = await stage.groupbot.notifications();
    return await stage.ask(stage.groupbot, "GET", `/api/v1/notifications/${first?.id}`);
  },
  "home-timeline-limit-1": async (stage) => {
    await stage.groupbot.follow("alice@here.test");
    await mention(stage);
    return await stage.ask(stage.groupbot, "GET", "/api/v1/timelines/home?limit=1");
  },
  "follow-unlocked": async (stage) => {
    const { groupbot, alice, ask } = stage;
    const found = await ask(alice, "GET", "/api/v1/accounts/lookup?acct=groupbot");
    return await ask(
      groupbot,
      "POST",
      `/api/v1/accounts/${await idOf(stage, "alice")}/follow`,
    ).then(() => ask(alice, "POST", `/api/v1/accounts/${at(found, "id")}/follow`, {}));
  },
  "follow-self": async (stage) =>
    await stage.ask(
      stage.groupbot,
      "POST",
      `/api/v1/accounts/${await idOf(stage, "groupbot")}/follow`,
      {},
    ),
  "relationship-after-follow": async (stage) => {
    await stage.alice.follow("groupbot@here.test");
    const id = await idOf(stage, "groupbot");
    return await stage.ask(stage.alice, "GET", `/api/v1/accounts/relationships?id[]=${id}`);
  },
  "fed-search-resolve-account": ({ ask, groupbot }) =>
    ask(groupbot, "GET", "/api/v2/search?q=@dave@there.test&resolve=true&type=accounts"),
  "lookup-404": ({ ask, groupbot }) => ask(groupbot, "GET", "/api/v1/accounts/lookup?acct=nobody"),
  "update-credentials-fields-array-400": ({ ask, groupbot }) =>
    ask(groupbot, "PATCH", "/api/v1/accounts/update_credentials", {
      fields_attributes: [{ name: "a", value: "b" }],
    }),
  "pin-again": async (stage) => {
    const { id } = await mention(stage);
    await stage.ask(stage.alice, "POST", `${statuses}/${id}/pin`, {});
    return await stage.ask(stage.alice, "POST", `${statuses}/${id}/pin`, {});
  },
  "remove-from-followers": async (stage) =>
    await stage.ask(
      stage.groupbot,
      "POST",
      `/api/v1/accounts/${await idOf(stage, "alice")}/remove_from_followers`,
      {},
    ),
};

describe("the flavour gotosocial-0.20 answers as GoToSocial did", () => {
  it.each(Object.entries(asked))("%s", async (name, ask) => {
    await using stage = await open();
    expect(differences(fixture("gotosocial", name), await ask(stage), meant)).toEqual([]);
  });
});
