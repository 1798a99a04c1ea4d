/** Sorts routes so that a fixed segment is tried before a named one: `/a/search` before `/a/:id`. */
export function bySpecificity(
  one: { readonly path: string },
  other: { readonly path: string },
): number {
  const [a, b] = [shapeOf(one.path), shapeOf(other.path)];
  return a < b ? -1 : Number(a > b);
}

/** `/a/:id` is `001`. */
function shapeOf(path: string): string {
  const segments = path.split("/");
  return segments.map((segment) => Number(segment.startsWith(":"))).join("");
}
