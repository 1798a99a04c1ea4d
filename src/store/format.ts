import type { JsonDocument } from "./json5-file.js";

/** How one kind of file is read and written. */
export interface FileFormat<T> {
  /** The file's name without its ending. */
  readonly name: string;
  /**
   * What its good copy, `<file>.bak`, says: the same, so that nothing is lost with the file, or what the
   * file said before, which costs no writing.
   */
  readonly copy: "the same" | "the one before";
  /** What a group without this file has; a file that would say the same is not written. */
  readonly whenMissing: T | undefined;
  /** @throws ConfigError with every problem of the file. */
  readonly parse: (document: JsonDocument) => {
    readonly value: T;
    readonly notices: readonly string[];
  };
  /** The file's own keys, in the order in which a new file holds them. */
  readonly toJson: (value: T) => Readonly<Record<string, unknown>>;
}
