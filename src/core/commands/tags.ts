import { rendered } from "../messages.js";
import { joinLines } from "../reply.js";
import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";
import { listLines } from "./phrases.js";

/** `/tags`: the group's hashtags, sorted. */
export const tagsCommand = defineCommand({
  names: ["tags", "hashtags"],
  allow: "anyone",
  summary: "help_cmd_tags",
  parse: noArgument,
  run: ({ group: { t, control }, group }) => {
    if (control.groupTags.size === 0) return { answer: t("tag_list_none") };
    // A backslash inside a hashtag would cut it in two; letters, digits and _ need none.
    const lines = [...control.groupTags]
      .sort()
      .map((tag) => t("tag_list_entry", { tag: rendered(tag) }));
    return { answer: joinLines([t("tag_list_heading"), ...listLines(lines, group)]) };
  },
});
