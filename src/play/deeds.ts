import * as v from "valibot";
import type { SandboxUser } from "../sandbox/index.js";
import type { World } from "./world.js";

const text = v.string();
const id = v.pipe(v.string(), v.minLength(1));
const as = text;

const deedSchema = v.variant("deed", [
  v.object({
    ...{ deed: v.literal("post"), as, text, warning: text },
    visibility: v.picklist(["public", "unlisted", "private", "direct"]),
    reply: v.optional(id),
  }),
  v.object({ deed: v.literal("edit"), as, id, text }),
  v.object({ deed: v.picklist(["delete", "boost", "unboost"]), as, id }),
  v.object({ deed: v.picklist(["follow", "unfollow"]), as }),
  v.object({ deed: v.literal("person"), as, name: text, server: text }),
  v.object({ deed: v.literal("reset"), as }),
]);

type Deed = v.InferOutput<typeof deedSchema>;

/** What a form of the page asks for; `undefined` when it is no form of the page. */
export function toDeed(form: unknown): Deed | undefined {
  const parsed = v.safeParse(deedSchema, form);
  return parsed.success ? parsed.output : undefined;
}

/**
 * Does it as whom it says. Resolves with the address of whom to be from now on.
 * @throws Error with what the server said
 */
export async function perform(world: World, deed: Deed): Promise<string> {
  if (deed.deed === "reset") {
    await world.restart();
    return deed.as;
  }
  await world.ready();
  if (deed.deed === "person") return world.addPerson(deed.name, deed.server).acct;
  const user = world.people.find(({ acct }) => acct === deed.as);
  if (user === undefined) throw new Error(`There is nobody called ${deed.as} here any more.`);
  await act(user, deed, world.groupAcct);
  world.touch();
  return user.acct;
}

type OwnDeed = Exclude<Deed, { readonly deed: "reset" | "person" }>;

async function act(user: SandboxUser, deed: OwnDeed, groupAcct: string): Promise<void> {
  switch (deed.deed) {
    case "post": {
      const { visibility, warning: spoilerText, reply } = deed;
      const inReplyTo = reply === undefined ? {} : { inReplyTo: reply };
      await user.post(deed.text, { visibility, spoilerText, ...inReplyTo });
      return;
    }
    case "edit":
      await user.api("PUT", pathOf(deed.id), { status: deed.text });
      return;
    case "delete":
      await user.api("DELETE", pathOf(deed.id));
      return;
    case "boost":
      await user.api("POST", `${pathOf(deed.id)}/reblog`);
      return;
    case "unboost":
      await user.api("POST", `${pathOf(deed.id)}/unreblog`);
      return;
    case "follow":
      await user.follow(groupAcct);
      return;
    case "unfollow":
      await user.unfollow(groupAcct);
      return;
  }
}

function pathOf(id: string): string {
  return `/api/v1/statuses/${encodeURIComponent(id)}`;
}
