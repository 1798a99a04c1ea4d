const fineScopes = {
  read: "accounts blocks bookmarks collections favourites filters follows lists mutes notifications search statuses",
  write:
    "accounts blocks bookmarks collections conversations favourites filters follows lists media mutes notifications reports statuses",
};

/** Every scope this server knows, apart from those of administrators. */
export const knownScopes: readonly string[] = [
  "profile",
  "follow",
  "push",
  ...Object.entries(fineScopes).flatMap(([coarse, fine]) => [
    coarse,
    ...fine.split(" ").map((name) => `${coarse}:${name}`),
  ]),
];

/** What a member's own token may do: everything. */
export const everyScope = "read write follow push";

/** Splits `read write:statuses` into its parts. */
export function splitScopes(text: string): readonly string[] {
  return [...new Set(text.split(/[\s+]+/).filter((part) => part !== ""))];
}

/** Tells whether all of these exist here. */
export function areKnownScopes(scopes: readonly string[]): boolean {
  return scopes.every(
    (scope) => knownScopes.includes(scope) || /^admin:(read|write)(:\w+)?$/.test(scope),
  );
}

/** Tells whether the granted scopes cover the required one; coarse ones include fine ones. */
export function isAllowed(granted: readonly string[], required: string): boolean {
  const coarse = required.split(":")[0] ?? required;
  if (granted.includes(required) || granted.includes(coarse)) return true;
  return granted.includes("follow") && /^(read|write):(follows|blocks|mutes)$/.test(required);
}
