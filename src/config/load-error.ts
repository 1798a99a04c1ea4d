import { ConfigError, type ConfigProblem } from "../errors.js";

/** {@link ConfigError} with what is worth a look besides. */
export class LoadError extends ConfigError {
  readonly notices: readonly string[];

  constructor(problems: readonly ConfigProblem[], notices: readonly string[]) {
    super(problems);
    this.notices = notices;
  }
}
