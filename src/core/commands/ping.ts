import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";

/** `/ping`: says that the group is awake, and which version it runs. */
export const pingCommand = defineCommand({
  names: ["ping"],
  allow: "anyone",
  summary: "help_cmd_ping",
  parse: noArgument,
  run: ({ group }) => ({ answer: group.t("ping_response", { version: group.version }) }),
});
