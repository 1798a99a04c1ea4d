import * as v from "valibot";
import { toAcct, toHost } from "../core/acct.js";
import { emptyControl, type GroupControl } from "../core/group.js";
import { foldTag, toTag } from "../core/hashtags.js";
import type { Acct, Host } from "../core/model.js";
import { ConfigError, type ConfigProblem } from "../errors.js";
import type { FileFormat } from "./format.js";
import type { JsonDocument } from "./json5-file.js";
import { checkDocument, describeValue, keyNotices, noticeAt, problemAt } from "./problems.js";

/**
 * A tag that was written by hand and is no hashtag, such as "node.js": nothing will ever match it, but
 * that is no reason to keep a group down that ran with it.
 */
function unmatched(text: string): string | undefined {
  const tag = foldTag(text).trim();
  return tag !== "" && tag.length <= 200 && foldTag(tag) === tag ? tag : undefined;
}

const listOf = (what: string) =>
  v.optional(v.array(v.string(`text in a list of ${what}`), `a list of ${what}`), []);

const schema = v.object(
  {
    group_tags: listOf("hashtags"),
    admin_users: listOf("addresses"),
    member_only: v.optional(v.boolean("true or false"), false),
    member_users: listOf("addresses"),
    banned_users: listOf("addresses"),
    banned_servers: listOf("server names"),
    optout_users: listOf("addresses"),
  },
  "an object with the group's settings",
);

const keys = Object.keys(schema.entries);

interface Collected {
  readonly problems: ConfigProblem[];
  readonly notices: string[];
}

interface List<Item> {
  readonly key: string;
  readonly entries: readonly string[];
  readonly normalise: (entry: string) => Item | undefined;
  readonly expected: string;
}

/** Most groups have most of their lists empty. */
const none: ReadonlySet<never> = new Set<never>();

function readList<Item extends string>(
  document: JsonDocument,
  { key, entries, normalise, expected }: List<Item>,
  { problems, notices }: Collected,
): ReadonlySet<Item> {
  const items = new Set<Item>();
  entries.forEach((entry, index) => {
    const item = normalise(entry);
    if (item === undefined) {
      const problem = `Found ${describeValue(entry)}, expected ${expected}.`;
      problems.push(problemAt(document, [key, index], problem));
      return;
    }
    if (item !== entry) {
      const sentence = `Read ${describeValue(entry)} as ${JSON.stringify(item)}.`;
      notices.push(noticeAt(document, [key, index], sentence));
    }
    items.add(item);
  });
  return items.size === 0 ? none : items;
}

/**
 * Reads and writes `control.json5`. Addresses, hashtags and server names are normalised, each with
 * a notice; an address without a server is one on the group's own.
 */
export function controlFormat(localHost: Host): FileFormat<GroupControl> {
  const address = {
    normalise: (entry: string): Acct | undefined => toAcct(entry, localHost),
    expected: 'an address such as "user@server.example"',
  };
  const parse = (document: JsonDocument) => {
    const checked = checkDocument(schema, document);
    if (!checked.isValid) throw new ConfigError(checked.problems);
    const file = checked.value;
    const notices = [...keyNotices(document, [], keys)];
    const collected: Collected = { problems: [], notices };
    const addresses = (key: "admin_users" | "member_users" | "banned_users" | "optout_users") =>
      readList(document, { key, entries: file[key], ...address }, collected);
    const value: GroupControl = {
      groupTags: readList(
        document,
        {
          key: "group_tags",
          entries: file.group_tags,
          normalise: (text) => toTag(text) ?? unmatched(text),
          expected: 'a hashtag such as "ducks"',
        },
        collected,
      ),
      adminUsers: addresses("admin_users"),
      memberOnly: file.member_only,
      memberUsers: addresses("member_users"),
      bannedUsers: addresses("banned_users"),
      bannedServers: readList(
        document,
        {
          key: "banned_servers",
          entries: file.banned_servers,
          normalise: toHost,
          expected: 'a server name such as "server.example"',
        },
        collected,
      ),
      optoutUsers: addresses("optout_users"),
    };
    if (collected.problems.length > 0) throw new ConfigError(collected.problems);
    return { value, notices };
  };
  return {
    name: "control",
    copy: "the same",
    whenMissing: emptyControl,
    parse,
    toJson: controlToJson,
  };
}

function controlToJson(control: GroupControl): Readonly<Record<string, unknown>> {
  return {
    group_tags: [...control.groupTags].sort(),
    admin_users: [...control.adminUsers].sort(),
    member_only: control.memberOnly,
    member_users: [...control.memberUsers].sort(),
    banned_users: [...control.bannedUsers].sort(),
    banned_servers: [...control.bannedServers].sort(),
    optout_users: [...control.optoutUsers].sort(),
  };
}
