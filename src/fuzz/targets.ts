import { answers } from "./answers.js";
import { entities } from "./entities.js";
import { files } from "./files.js";
import { html } from "./html.js";
import { links } from "./links.js";
import { names } from "./names.js";
import { parser } from "./parser.js";
import type { Target } from "./property.js";
import { splitter } from "./texts.js";

/** Everything that is fuzzed. */
export const targets: readonly Target[] = [
  ...[parser, html, links, splitter, names],
  ...[entities, answers, files],
];
