import type { World } from "../play/world.js";
import type { SandboxUser } from "../sandbox/index.js";
import { commandLine } from "./command-line.js";
import type { Io } from "./io.js";

/** Notifications as short text; whoever runs this has Node, and perhaps nothing else. */
const reader = `node -e 'for (const n of JSON.parse(require("fs").readFileSync(0))) console.log(n.type, "from", n.account.acct + ":", (n.status?.content ?? "").replace(/<[^>]*>/g, " "))'`;

/** Everybody's address and token, and what they are. */
export async function whoIsThere(world: World): Promise<readonly string[]> {
  const { people, group, spare } = world;
  const line = ({ acct, token }: SandboxUser, role: string) =>
    `  ${acct.padEnd(20)} ${token}  ${role}`;
  const roles = [
    "an admin of the group",
    "follows it",
    "has #nobot in her bio",
    "on another server",
  ];
  return [
    ...people.map((user, index) => line(user, roles[index] ?? "")),
    line(group, "the group"),
    line(spare, "an account that could become one"),
  ];
}

/** What is printed when the sandbox is up: where to play, who is there, and what to do by hand. */
export async function guide(
  world: World,
  { page, io }: { readonly page: string; readonly io: Io },
): Promise<readonly string[]> {
  const { home, group, groupAcct, model, spare, people } = world;
  const { baseUrl } = home;
  const api = `${baseUrl}/api/v1`;
  const curl = 'curl -s -H "Authorization: Bearer $TOKEN"';
  const { id } = await group.api<{ id: string }>("GET", "/api/v1/accounts/verify_credentials");
  const post = (text: string) => [
    `  ${curl} ${api}/statuses \\`,
    `    -d visibility=public --data-urlencode "status=${text}"`,
  ];
  const program = commandLine(io, undefined);
  return [
    "A small fediverse is running on this machine. Nothing leaves it, and nothing is kept.",
    "",
    `Open ${page} to play.`,
    "",
    `The group @${groupAcct} is at work there, with the texts and lists of ${model.acct}, whose own files are only read.`,
    "",
    ...world.sandbox.hosts.map((host) => `  ${host.domain.padEnd(14)} ${host.baseUrl}`),
    "",
    "Its users, and the tokens to be them (there are no passwords):",
    "",
    ...(await whoIsThere(world)),
    "",
    "By hand, as alice: post to the group, and see the boost among the group's posts:",
    "",
    `  TOKEN=${people[0]?.token ?? ""}`,
    ...post(`Look at this duck, @${groupAcct}`),
    `  ${curl} "${api}/accounts/${id}/statuses?limit=1"`,
    "",
    "Give an order, and read the answer in alice's notifications:",
    "",
    ...post(`@${groupAcct} /add #ducks /tags`),
    `  ${curl} "${api}/notifications?limit=1"`,
    "",
    "More to do as whoever TOKEN is: follow the group, order by direct message, reply, read your notifications",
    "(the id of a post is the first thing in the answer to posting it):",
    "",
    `  ${curl} -X POST ${api}/accounts/${id}/follow`,
    `  ${curl} ${api}/statuses -d visibility=direct --data-urlencode "status=@${groupAcct} /help"`,
    `  ${curl} ${api}/statuses -d in_reply_to_id=ID --data-urlencode "status=@${groupAcct} /b"`,
    `  ${curl} "${api}/notifications?limit=5" | ${reader}`,
    "",
    `To practise signing in: in another terminal and an empty folder, make a group of @${spare.username}. In the browser, be @${spare.username}:`,
    "",
    `  ${program} -a ${spare.acct} --base ${baseUrl} --admin ${people[0]?.acct ?? ""}`,
    `  ${program}`,
    "",
    "What people and groups do is told below. Stop with Ctrl-C.",
  ];
}
