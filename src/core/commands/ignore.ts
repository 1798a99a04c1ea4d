import { defineCommand } from "./command.js";
import { noArgument } from "./people.js";

/** `/ignore`: the whole post is left alone; `decide` looks for it before anything else. */
export const ignoreCommand = defineCommand({
  names: ["ignore", "i"],
  allow: "anyone",
  summary: "help_cmd_ignore",
  parse: noArgument,
  run: () => ({}),
});
