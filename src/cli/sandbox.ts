import { systemClock } from "../clock.js";
import {
  type FlavourName,
  flavourNames,
  isFlavourName,
  type Sandbox,
  type SandboxUser,
  startSandbox,
} from "../sandbox/index.js";
import { codeOf } from "../store/file-error.js";
import { commandLine } from "./command-line.js";
import { CliError, type ExitCode, exitCodes, type Io, say } from "./io.js";
import { Narrator } from "./narrator.js";

/** How often what happens is told. */
const lookEveryMs = 250;
const accountPath = "/api/v1/accounts/verify_credentials";

/** A small fediverse with people and one group account; stays until the signal. */
export async function sandboxCommand(
  { port, flavour }: { readonly port: number; readonly flavour: string },
  io: Io,
  signal: AbortSignal,
): Promise<ExitCode> {
  if (!isFlavourName(flavour)) {
    const names = flavourNames.join(", ");
    throw new CliError(`There is no flavour "${flavour}", only: ${names}.`, exitCodes.usage);
  }
  await using sandbox = await open(port, flavour);
  const here = sandbox.host("sandbox.test");
  const away = sandbox.host("away.test");
  const users = [
    here.addUser({ username: "alice", displayName: "Alice", note: "I look after the ducks." }),
    here.addUser({ username: "bob", displayName: "Bob" }),
    here.addUser({ username: "carol", displayName: "Carol", note: "Please no robots. #nobot" }),
    here.addUser({ username: "ducks", displayName: "Ducks", note: "A group.", isBot: true }),
    away.addUser({ username: "dave", displayName: "Dave" }),
  ];
  // Not through `say`: these tokens open nothing but this sandbox, and are there to be read.
  const { id } = await here.user("ducks").api<{ id: string }>("GET", accountPath);
  for (const line of guide(sandbox, users, { groupId: id, program: commandLine(io, undefined) }))
    io.stdout.write(`${line}\n`);
  const tell = (line: string) => say(io.stdout, io.secrets, `→ ${line}`);
  const narrators = [new Narrator(here, "alice", tell), new Narrator(away, "dave", tell)];
  while (!signal.aborted) {
    for (const narrator of narrators) await narrator.look();
    await systemClock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
  io.stdout.write("The sandbox is closed, and everything in it is forgotten.\n");
  return exitCodes.clean;
}

async function open(port: number, flavour: FlavourName): Promise<Sandbox> {
  // The second server is as easy to find as the first.
  const awayPort = port === 0 || port === 65_535 ? 0 : port + 1;
  try {
    return await startSandbox({
      hosts: [
        { domain: "sandbox.test", port, flavour },
        { domain: "away.test", port: awayPort },
      ],
    });
  } catch (error) {
    const code = codeOf(error);
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const reason = code === "EACCES" ? "not yours to use" : "in use";
    const ports = awayPort === 0 ? `Port ${port}` : `Port ${port} or ${awayPort}`;
    throw new CliError(
      `${ports} is ${reason}. Choose another with --port, or any free one with --port 0.`,
    );
  }
}

const roles: Readonly<Record<string, string>> = {
  alice: "will be the group's admin",
  bob: "nobody in particular",
  carol: "has #nobot in her bio",
  ducks: "the account that becomes a group",
  dave: "on another server",
};

/** Notifications as short text; whoever runs this has Node, and perhaps nothing else. */
const reader = `node -e 'for (const n of JSON.parse(require("fs").readFileSync(0))) console.log(n.type, "from", n.account.acct + ":", (n.status?.content ?? "").replace(/<[^>]*>/g, " "))'`;

function guide(
  sandbox: Sandbox,
  users: readonly SandboxUser[],
  { groupId, program }: { readonly groupId: string; readonly program: string },
) {
  const { baseUrl } = sandbox.host("sandbox.test");
  const api = `${baseUrl}/api/v1`;
  const curl = 'curl -s -H "Authorization: Bearer $TOKEN"';
  const post = (text: string) => [
    `  ${curl} ${api}/statuses \\`,
    `    -d visibility=public --data-urlencode "status=${text}"`,
  ];
  return [
    "A small fediverse is running on this machine. Nothing leaves it, and nothing is kept.",
    "",
    ...sandbox.hosts.map((host) => `  ${host.domain.padEnd(14)} ${host.baseUrl}`),
    "",
    "Its users, and the tokens to be them (there are no passwords):",
    "",
    ...users.map(
      ({ acct, username, token }) => `  ${acct.padEnd(20)} ${token}  ${roles[username] ?? ""}`,
    ),
    "",
    "1. In another terminal and an empty folder, sign the group in. In the browser, be @ducks:",
    "",
    `  ${program} -a ducks@sandbox.test --base ${baseUrl} --admin alice@sandbox.test`,
    "",
    "   and run it:",
    "",
    `  ${program}`,
    "",
    "2. In a third one, post to the group as alice, and see the boost among the group's posts:",
    "",
    `  TOKEN=${sandbox.host("sandbox.test").user("alice").token}`,
    ...post("Look at this duck, @ducks@sandbox.test"),
    `  ${curl} "${api}/accounts/${groupId}/statuses?limit=1"`,
    "",
    "3. Give an order, and read the answer in alice's notifications:",
    "",
    ...post("@ducks@sandbox.test /add #ducks /tags"),
    `  ${curl} "${api}/notifications?limit=1"`,
    "",
    "More to do as whoever TOKEN is: follow the group, order by direct message, reply, read your notifications",
    "(the id of a post is the first thing in the answer to posting it):",
    "",
    `  ${curl} -X POST ${api}/accounts/${groupId}/follow`,
    `  ${curl} ${api}/statuses -d visibility=direct --data-urlencode "status=@ducks@sandbox.test /help"`,
    `  ${curl} ${api}/statuses -d in_reply_to_id=ID --data-urlencode "status=@ducks@sandbox.test /b"`,
    `  ${curl} "${api}/notifications?limit=5" | ${reader}`,
    "",
    "What people and the group do is told below. Stop with Ctrl-C.",
  ];
}
