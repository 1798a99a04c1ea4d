import type { HostOptions, Sandbox, SandboxUser } from "../sandbox/index.js";

/** Who there is at the beginning. */
export interface Cast {
  /** An admin of the group, somebody who follows it, and others. */
  readonly people: readonly [SandboxUser, SandboxUser, ...SandboxUser[]];
  readonly group: SandboxUser;
  readonly spare: SandboxUser;
}

/** Makes everybody's accounts. The group keeps the name of the one whose copy it is. */
export function castFor(
  sandbox: Sandbox,
  [{ domain }, other]: readonly [HostOptions, HostOptions],
  model: string,
): Cast {
  const home = sandbox.host(domain);
  const [groupName = ""] = model.split("@");
  const named = (username: string) => (username === groupName ? `${username}_` : username);
  return {
    people: [
      home.addUser({
        username: named("alice"),
        displayName: "Alice",
        note: "I look after the ducks.",
      }),
      home.addUser({ username: named("bob"), displayName: "Bob" }),
      home.addUser({
        username: named("carol"),
        displayName: "Carol",
        note: "Please no robots. #nobot",
      }),
      sandbox.host(other.domain).addUser({ username: "dave", displayName: "Dave" }),
    ],
    group: home.addUser({
      username: groupName,
      displayName: `${groupName.charAt(0).toUpperCase()}${groupName.slice(1)}`,
      note: "A group.",
      isBot: true,
    }),
    spare: home.addUser({
      username: named("geese"),
      displayName: "Geese",
      note: "A group.",
      isBot: true,
    }),
  };
}
