import type { Status } from "./model.js";

/** The post a thread began with. */
export function rootOf(status: Status): Status {
  let root = status;
  while (root.inReplyTo !== undefined) root = root.inReplyTo;
  return root;
}

/** What a status replies to, what that replies to, and so on; the beginning of the thread first. */
export function ancestorsOf(status: Status): readonly Status[] {
  const ancestors: Status[] = [];
  for (let above = status.inReplyTo; above !== undefined; above = above.inReplyTo) {
    ancestors.unshift(above);
  }
  return ancestors;
}

/** The replies, each followed by its own replies. */
export function descendantsOf(status: Status): readonly Status[] {
  return [...status.replies].flatMap((reply) => [reply, ...descendantsOf(reply)]);
}
