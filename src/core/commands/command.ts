import type { Effect } from "../effects.js";
import type { ControlChange, Standing } from "../group.js";
import type { MessageKey } from "../messages.js";
import type { Acct, Host, Status } from "../model.js";
import type { Found, Group, Needs } from "../situation.js";

/** Reads the argument of one command. Each method gives `undefined` when there is no such thing. */
export interface Words {
  /** The argument as typed, trimmed. */
  readonly text: string;
  /** `user@host`, `@user@host`, `@user` (local), or a mention anywhere in the argument. */
  acct(): Acct | undefined;
  /** A server name with at least one dot and no `@`. */
  host(): Host | undefined;
  /** A `#hashtag`, folded as {@link Status.tags} are. */
  tag(): string | undefined;
}

export interface CommandCall<Args> {
  readonly args: Args;
  /** The post that holds the command. */
  readonly status: Status;
  readonly standing: Standing;
  /** As the commands before this one left it. */
  readonly group: Group;
  readonly found: Found;
}

/** What a command does, as data. */
export interface Outcome {
  readonly changes?: readonly ControlChange[];
  readonly effects?: readonly Effect[];
  /** Goes into the one reply, in the visibility of the post. */
  readonly answer?: string | undefined;
  /** Told to the author alone, always direct. */
  readonly refusal?: string | undefined;
}

export interface Command<Args> {
  /** Without the slash; the first is canonical. */
  readonly names: readonly [string, ...string[]];
  /** Anybody else gets one refusal and nothing runs. */
  readonly allow: "anyone" | "members" | "admins";
  /** One line of `/help`. Also the usage that is shown when the argument cannot be read. */
  readonly summary: MessageKey;
  /** True when everything after the command, line ends included, is its argument. */
  readonly takesRest?: boolean;
  /** `undefined`: the argument cannot be read; nothing runs. */
  readonly parse: (words: Words) => Args | undefined;
  /** What must be looked up before `run`. */
  readonly needs?: (args: Args, status: Status) => Needs;
  readonly run: (call: CommandCall<Args>) => Outcome;
}

/** A command whose argument type is closed over, so that all fit in one list. */
export interface BoundCommand {
  readonly names: readonly [string, ...string[]];
  readonly allow: Command<unknown>["allow"];
  readonly summary: MessageKey;
  readonly takesRest: boolean;
  /** `undefined`: the argument cannot be read. */
  readonly bind: (words: Words) => BoundCall | undefined;
}

/** A command with its argument read. */
export interface BoundCall {
  readonly needs: (status: Status) => Needs;
  readonly run: (call: Omit<CommandCall<unknown>, "args">) => Outcome;
}

export function defineCommand<Args>(command: Command<Args>): BoundCommand {
  const { names, allow, summary, takesRest = false } = command;
  return {
    names,
    allow,
    summary,
    takesRest,
    bind: (words) => {
      const args = command.parse(words);
      if (args === undefined) return undefined;
      return {
        needs: (status) => command.needs?.(args, status) ?? {},
        run: (call) => command.run({ ...call, args }),
      };
    },
  };
}
