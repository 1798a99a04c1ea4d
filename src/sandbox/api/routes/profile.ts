import type { ApiRoute } from "../../seam.js";
import { grantAllRequests } from "../actions/relations.js";
import type { Account, Field } from "../model/model.js";
import { invalid } from "../wire/api-error.js";
import { flagOf, isRecord, textOf } from "../wire/input.js";
import { countGraphemes } from "../wire/render.js";
import { readVisibility } from "./draft.js";
import { type Call, type Declare, ok } from "./kit.js";

/** Changing one's own profile. */
export function profileRoutes(declare: Declare): readonly ApiRoute[] {
  return [
    declare("PATCH", "/api/v1/accounts/update_credentials", "write:accounts", update),
    declare("GET", "/api/v1/preferences", "read:accounts", (call) => {
      const { source } = call.entities.ownAccount(call.view, call.me().account);
      const chosen = isRecord(source) ? source : {};
      const { privacy, sensitive, language } = chosen;
      return ok({
        "posting:default:visibility": privacy,
        "posting:default:sensitive": sensitive,
        "posting:default:language": language,
        "posting:default:quote_policy": "public",
        "reading:expand:media": "default",
        "reading:expand:spoilers": false,
        "reading:autoplay:gifs": false,
      });
    }),
  ];
}

/** Nothing changes when anything is wrong. */
function update(call: Call) {
  const { account } = call.me();
  const { body, host } = call;
  const { limits } = host.behaviour;
  const displayName = textOf(body, "display_name");
  const note = textOf(body, "note");
  if (displayName !== undefined && countGraphemes(displayName) > limits.maxDisplayName) {
    throw invalid(`Display name is too long (maximum is ${limits.maxDisplayName} characters)`);
  }
  if (note !== undefined && countGraphemes(note) > limits.maxNote) {
    throw invalid(`Note is too long (maximum is ${limits.maxNote} characters)`);
  }
  const { source: rawSource, fields_attributes: rawFields } = body;
  const source = isRecord(rawSource) ? rawSource : {};
  const fields = readFields(rawFields);
  if (fields !== undefined && fields.length > limits.maxFields) {
    throw invalid(`Fields are too many (maximum is ${limits.maxFields})`);
  }
  const privacy = textOf(source, "privacy");
  const visibility = privacy === undefined ? undefined : readVisibility(privacy, account);
  if (visibility === "direct") throw invalid("Privacy is not included in the list");

  const wasLocked = account.isLocked;
  account.displayName = displayName ?? account.displayName;
  account.note = note ?? account.note;
  account.fields = fields ?? account.fields;
  account.isLocked = flagOf(body, "locked") ?? account.isLocked;
  account.isBot = flagOf(body, "bot") ?? account.isBot;
  account.defaultPrivacy = visibility ?? account.defaultPrivacy;
  account.isSensitiveByDefault = flagOf(source, "sensitive") ?? account.isSensitiveByDefault;
  account.defaultLanguage = readLanguage(source, account);
  if (wasLocked && !account.isLocked) grantAllRequests(account);
  return ok(call.entities.ownAccount(call.view, account));
}

function readLanguage(source: Readonly<Record<string, unknown>>, account: Account) {
  const language = textOf(source, "language");
  if (language === undefined) return account.defaultLanguage;
  return language === "" ? undefined : language;
}

/** A list, or an object by index as forms send it; empty ones are left out. */
function readFields(value: unknown): readonly Field[] | undefined {
  if (value === undefined || value === null) return undefined;
  const items: readonly unknown[] = Array.isArray(value)
    ? value
    : isRecord(value)
      ? Object.values(value)
      : [];
  return items.flatMap((item) => {
    if (!isRecord(item)) return [];
    const field = { name: textOf(item, "name") ?? "", value: textOf(item, "value") ?? "" };
    return field.name === "" && field.value === "" ? [] : [field];
  });
}
