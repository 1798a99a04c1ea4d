import { announcementDraft } from "../reply.js";
import { defineCommand } from "./command.js";
import { usage } from "./phrases.js";

/** `/announce`: the rest of the post, publicly and in the group's name. */
export const announceCommand = defineCommand({
  names: ["announce"],
  allow: "admins",
  summary: "help_cmd_announce",
  takesRest: true,
  // A post of pictures alone can be announced too, so an empty text is judged in `run`.
  parse: (words) => ({ text: words.text }),
  run: ({ args, status, group }) => {
    const draft = announcementDraft(status, args.text, group);
    if (draft === undefined) return { refusal: usage(group, "help_cmd_announce") };
    return { effects: [{ kind: "post", draft }] };
  },
});
