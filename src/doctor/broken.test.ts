/** Groups with one thing wrong each, and the sentence that the doctor has for it. */
import { readFileSync } from "node:fs";
import { chmod, chown, rename } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.js";
import { Clinic, hastyClock } from "../testing/clinic.js";

const hourMs = 3_600_000;
const group = "groups/ducks/config.json5";
const everything = "Nothing further could be looked at.";

describe("files", () => {
  it("tells a token that others can read", async () => {
    await using clinic = await Clinic.open();
    const file = await clinic.put("groups/ducks/config.json5.new", clinic.config());
    await chmod(file, 0o644);
    await rename(file, join(clinic.folder, group));
    const path = join(clinic.folder, group);
    expect(await clinic.complaints("files")).toEqual([
      `problem: ${path} holds the access token, and other users of this machine may read or change it (mode 644). → Run: chmod 600 ${path}`,
    ]);
    // Said once, though loading notices it, too.
    expect(await clinic.complaints("configuration")).toEqual([]);
  });

  // Only root can give files away.
  it.skipIf(process.getuid?.() !== 0)("tells files that the service cannot read", async () => {
    await using clinic = await Clinic.open();
    await chown(clinic.folder, 1, 1);
    await chown(join(clinic.folder, "groups"), 1, 1);
    const folder = join(clinic.folder, "groups/ducks");
    expect(await clinic.complaints("files")).toEqual([
      `problem: Not everything in ${folder} belongs to daemon, as ${clinic.folder}/groups does. → If the service runs as daemon: sudo chown -R daemon: ${folder}`,
    ]);
  });

  it("tells a configuration that cannot be read, and looks at the other groups", async () => {
    await using clinic = await Clinic.open();
    await clinic.put("groups/geese/config.json5", "{ acct: ");
    const findings = await clinic.findings();
    const file = join(clinic.folder, "groups/geese/config.json5");
    expect(findings.filter(({ check }) => check === "configuration")).toMatchObject([
      { group: null, verdict: "ok" },
      {
        group: join(clinic.folder, "groups/geese"),
        verdict: "problem",
        text: expect.stringMatching(/^.*: line 1, column \d+: This is not valid JSON5/u),
      },
    ]);
    expect(findings.map(({ text }) => text).join("\n")).toContain(file);
    expect(findings.filter(({ check }) => check === "token")).toHaveLength(1);
  });

  it("tells a common file with a mistake", async () => {
    await using clinic = await Clinic.open();
    await clinic.put("groups.json5", "{ poll_interval_s: 0, colour: 1 }");
    expect(await clinic.complaints("configuration")).toEqual([
      expect.stringContaining(
        "groups.json5: poll_interval_s (line 1): Found the number 0, expected",
      ),
      expect.stringContaining("groups.json5: colour (line 1): This key is unknown"),
    ]);
  });

  it("tells two folders with one account", async () => {
    await using clinic = await Clinic.open();
    await clinic.put("groups/twins/config.json5", clinic.config());
    const [ducks, twins] = ["ducks", "twins"].map((name) => join(clinic.folder, "groups", name));
    const advice = "keep one of the two folders and move the other away.";
    expect(await clinic.complaints("configuration")).toEqual([
      `problem: ${ducks}: The group ducks@sandbox.test is also in ${twins}; ${advice}`,
      `problem: ${twins}: The group ducks@sandbox.test is also in ${ducks}; ${advice}`,
    ]);
  });

  it("tells a folder that is a file", async () => {
    await using clinic = await Clinic.open();
    const config = await clinic.put("odd/groups.json5", { groups_dir: "here" });
    const folder = await clinic.put("odd/here", "");
    const options = { config };
    expect(await clinic.complaints("folder", options)).toEqual([
      `problem: ${folder} is no folder. → Correct groups_dir.`,
    ]);
    expect(await clinic.complaints("service", options)).toEqual([
      `warning: Whether somebody runs the groups cannot be learnt: Cannot read the lock file ${folder}/.fedigroups.lock: a part of the path is a file where a folder is needed (ENOTDIR).`,
    ]);
  });

  it("tells a folder without groups", async () => {
    await using clinic = await Clinic.open();
    const config = await clinic.put("empty/groups.json5", "{}");
    const folder = join(clinic.folder, "empty/groups");
    expect(await clinic.complaints("folder", { config })).toEqual([
      `problem: The folder with groups, ${folder}, cannot be looked into: it, or the folder it is in, does not exist (ENOENT). → Sign a group in: fedigroups -c ${config} -a group@example.social`,
    ]);
  });

  it.each([
    { bytes: 20_000, files: 900, says: /^problem: There is less than 1 MB of room for .*lost/u },
    { bytes: 5e10, files: 0, says: /^problem: The disk of .* can hold no more files\. → Make/u },
    {
      bytes: 5e7,
      files: undefined,
      says: /^warning: There is 47 MB of room for .* only\. → Make/u,
    },
  ])("tells a disk with room for $bytes bytes and $files files", async (room) => {
    await using clinic = await Clinic.open();
    const machine = { freeSpace: async () => room };
    expect(await clinic.complaints("disk", { machine })).toEqual([
      expect.stringMatching(room.says),
    ]);
  });

  it("tells a locale that lacks messages, and one that is none", async () => {
    await using clinic = await Clinic.open();
    await clinic.put("locales/la.json5", { ping_response: "adsum {version}" });
    await clinic.put(group, clinic.config({ locale: "la" }));
    expect(await clinic.complaints("locale")).toEqual([
      expect.stringMatching(
        /^warning: The locale "la" lacks \d+ messages, which are said in English: .* and more\. → Add them/u,
      ),
    ]);
    await clinic.put(group, clinic.config({ locale: "dee" }));
    expect(await clinic.complaints("locale")).toEqual([
      expect.stringMatching(
        /^warning: There is no locale "dee", so the group speaks English\. → Set locale in config\.json5 to one of cs, de, en, la, ru/u,
      ),
    ]);
  });

  it("tells a unit that hides the folder", async () => {
    await using clinic = await Clinic.open();
    const unit = `[Service]\nExecStart=/bin/sh -c ${clinic.folder}\nProtectSystem=strict\n`;
    const path = await clinic.put("root/etc/systemd/system/fedigroups.service", unit);
    const folder = join(clinic.folder, "groups");
    expect(await clinic.complaints("service")).toEqual([
      "warning: Nobody runs the groups at the moment. → Start them: sudo systemctl start fedigroups",
    ]);
    expect((await clinic.complaints("unit"))[0]).toBe(
      `problem: The unit ${path} keeps the service from writing in ${folder}: ProtectSystem=strict. → Change it with sudo systemctl edit fedigroups: ReadWritePaths=${folder} under [Service]`,
    );
  });
});

describe("the way to the server", () => {
  it.each([
    ["ENOTFOUND", "Is the server gone, or appdata.base in config.json5 misspelt?"],
    ["EAI_AGAIN", "Look at this machine's network and at /etc/resolv.conf."],
  ])("tells a name that does not resolve: %s", async (code, remedy) => {
    await using clinic = await Clinic.open();
    await clinic.put(group, clinic.config({ base: "https://gone.invalid" }));
    const lookUp = () => Promise.reject(Object.assign(new Error("no"), { code }));
    expect(await clinic.complaints("name", { machine: { lookUp } })).toEqual([
      `problem: The name gone.invalid cannot be resolved (${code}). ${everything} → ${remedy}`,
    ]);
  });

  it("tells a certificate that nobody has signed", async () => {
    await using clinic = await Clinic.open();
    const pem = (name: string) =>
      readFileSync(new URL(`../testing/fixtures/tls/${name}.pem`, import.meta.url));
    const server = createServer({ key: pem("key"), cert: pem("certificate") });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await clinic.put(group, clinic.config({ base: `https://127.0.0.1:${port}` }));
    try {
      expect(await clinic.complaints("certificate")).toEqual([
        `problem: The certificate of 127.0.0.1 is signed by nobody whom this machine trusts (DEPTH_ZERO_SELF_SIGNED_CERT). ${everything} → Update Node.js and ca-certificates; for a server of your own, name its authority in NODE_EXTRA_CA_CERTS in the unit.`,
      ]);
    } finally {
      server.close();
    }
  });

  it.each([
    [
      "CERT_HAS_EXPIRED",
      0,
      /^problem: The certificate of 127\.0\.0\.1 has ended .* If this machine/u,
    ],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      90,
      /^problem: .* is for another name .* Correct appdata\.base/u,
    ],
    [
      undefined,
      2,
      /^warning: The certificate of 127\.0\.0\.1 ends in 2 days\. → If it is not renewed/u,
    ],
  ])("tells a certificate with %s, %i days before its end", async (distrust, days, says) => {
    await using clinic = await Clinic.open();
    await clinic.put(group, clinic.config({ base: "https://127.0.0.1:1" }));
    const endsAt = systemClock.now() + (days + 0.5) * 24 * hourMs;
    const machine = { certificate: async () => ({ distrust, endsAt }) };
    expect(await clinic.complaints("certificate", { machine })).toEqual([
      expect.stringMatching(says),
    ]);
  });

  it("tells a server that is down", async () => {
    await using clinic = await Clinic.open();
    await clinic.host.stop();
    const { host } = new URL(clinic.host.baseUrl);
    expect(await clinic.complaints("server")).toEqual([
      `problem: ${host} does not answer as it should (GET ${host}/api/v1/instance: ECONNREFUSED). ${everything} → If it stays so, tell the people who run the server.`,
    ]);
  });

  it.each([
    [3 * hourMs, "problem: This machine's clock is 3 hours ahead of the server's."],
    [-50 * hourMs, "problem: This machine's clock is 2 days behind the server's."],
    [2 * 60_000, "warning: This machine's clock is 2 minutes ahead of the server's."],
  ])("tells a clock that is off by %i ms", async (offMs, says) => {
    await using clinic = await Clinic.open();
    const clock = { ...systemClock, now: () => systemClock.now() + offMs };
    expect(await clinic.complaints("clock", { machine: { clock } })).toEqual([
      `${says} → Set it, and keep it right: sudo timedatectl set-ntp true`,
    ]);
  });
});

describe("a cache on the way", () => {
  it("does not make a clock wrong", async () => {
    await using clinic = await Clinic.open();
    const headers = {
      date: new Date(systemClock.now() - 3 * hourMs).toUTCString(),
      age: String((3 * hourMs) / 1000),
    };
    clinic.host.faults.failAlways(
      { path: /^\/api\/v1\/instance$/u },
      { kind: "respond", status: 200, body: "{}", headers },
    );
    expect(await clinic.complaints("clock")).toEqual([]);
  });
});

describe("the access", () => {
  const renew = "fedigroups -A ducks@sandbox.test";

  it("tells a token that was revoked", async () => {
    await using clinic = await Clinic.open();
    clinic.host.user("ducks").revokeTokens();
    const [says] = await clinic.complaints("token");
    expect(says).toMatch(
      /^problem: The server does not accept the token \(GET .*: 401 .*revoked\)\./u,
    );
    expect(says).toContain(`${everything} → Sign the group in again: ${renew}`);
  });

  it("tells a token of somebody else", async () => {
    await using clinic = await Clinic.open();
    await clinic.put(group, clinic.config({ token: clinic.host.user("alice").token }));
    expect(await clinic.complaints("token")).toEqual([
      `problem: The token is that of alice@sandbox.test, not of ducks@sandbox.test. ${everything} → Sign the group in again: ${renew}`,
    ]);
  });

  it("tells a token that ends soon", async () => {
    await using clinic = await Clinic.open();
    const config = clinic.config() as { acct: string; appdata: object };
    const token_expires_at = systemClock.now() + 50 * hourMs;
    const appdata = { ...config.appdata, token_expires_at };
    await clinic.put(group, { ...config, appdata });
    expect(await clinic.complaints("token")).toEqual([
      `warning: The token opens ducks@sandbox.test, for another 3 days only. → Sign the group in again: ${renew}`,
    ]);
  });

  it.each([
    ["read", "write"],
    ["write follow", "read"],
    ["read write:statuses follow", "write:accounts, write:media, write:notifications"],
  ])("tells that a token with %s lacks %s", async (scopes, missing) => {
    await using clinic = await Clinic.open();
    const token = clinic.host.user("ducks").issueToken(scopes);
    await clinic.put(group, clinic.config({ token }));
    expect(await clinic.complaints("scopes")).toEqual([
      `problem: The token lacks the scopes ${missing}. ${everything} → Sign the group in again, with the scopes read, write and follow: ${renew}`,
    ]);
  });

  it("tries what it may read where the server does not tell", async () => {
    await using clinic = await Clinic.open({ host: { flavour: "gotosocial-0.20" } });
    const token = clinic.host.user("ducks").issueToken("read:accounts read:statuses write");
    await clinic.put(group, clinic.config({ token }));
    expect(await clinic.complaints("scopes")).toEqual([
      expect.stringContaining("problem: The token may not read notifications."),
    ]);
  });
});

describe("the account", () => {
  const cases = [
    {
      name: "limited",
      user: { moderation: "limited" },
      says: /^problem: The account is limited by the moderators of .* → Write to the moderators of /u,
    },
    {
      name: "suspended",
      user: { moderation: "suspended" },
      says: /^problem: The account is suspended on .*Nothing further .* → Write to the moderators of /u,
    },
    {
      name: "moved",
      user: { movedTo: "alice@sandbox.test" },
      says: /^problem: The account has moved to alice@.* → Sign that account in as the group \(fedigroups -a alice@/u,
    },
    {
      name: "locked in an open group",
      user: { isLocked: true },
      says: /^warning: The account is locked although the group is open to all: .* → Unlock it in /u,
    },
    {
      name: "without its bot flag",
      user: { isBot: false },
      says: /^warning: The account is not marked as automated, .* → Mark it in .* --fix\.$/u,
    },
  ] as const;

  it.each(cases)("is told when it is $name", async ({ user, says }) => {
    await using clinic = await Clinic.open({ user });
    expect(await clinic.complaints("account")).toEqual([expect.stringMatching(says)]);
  });

  it("may be locked in a member-only group", async () => {
    await using clinic = await Clinic.open({ user: { isLocked: true } });
    const control = { admin_users: ["alice@sandbox.test"], member_only: true };
    await clinic.put("groups/ducks/control.json5", control);
    expect(await clinic.complaints("account")).toEqual([]);
  });

  it("is told when it posts quietly by default", async () => {
    await using clinic = await Clinic.open();
    const source = { privacy: "private" };
    await clinic.host.user("ducks").api("PATCH", "/api/v1/accounts/update_credentials", { source });
    expect(await clinic.complaints("visibility")).toEqual([
      expect.stringMatching(
        /^warning: By default the account posts "private"\. .* → Choose public/u,
      ),
    ]);
  });

  it("is told when Pleroma makes a group of it", async () => {
    await using clinic = await Clinic.open({ host: { flavour: "pleroma-2.7" } });
    const path = "/api/v1/accounts/update_credentials";
    await clinic.host.user("ducks").api("PATCH", path, { actor_type: "Group" });
    expect(await clinic.complaints("server")).toEqual([
      expect.stringMatching(/^problem: The account is of the type Group, so .* itself boosts/u),
    ]);
  });

  it.each([
    [
      ["nobody@sandbox.test"],
      "problem: No account can be found for the admin nobody@sandbox.test, and there is no other.",
    ],
    [
      ["alice@sandbox.test", "nobody@sandbox.test"],
      "warning: No account can be found for the admin nobody@sandbox.test.",
    ],
    [[], "problem: The group has no admin: nobody can give it orders."],
  ])("has admins %j", async (admins, says) => {
    await using clinic = await Clinic.open();
    await clinic.put("groups/ducks/control.json5", { admin_users: admins });
    const [told] = await clinic.complaints("admins");
    expect(told?.startsWith(`${says} → `)).toBe(true);
  });
});

describe("what comes from the server", () => {
  it("is told when it is held back, with what waits", async () => {
    await using clinic = await Clinic.open();
    await clinic.host.user("alice").post("@ducks /help", { visibility: "direct" });
    expect(await clinic.complaints("notifications")).toEqual([
      "problem: The server holds notifications back (private mentions, limited accounts); 1 request waits to be let in. → The service opens this when it starts; or run this with --fix.",
    ]);
  });

  it("is told when people are to open it themselves", async () => {
    await using clinic = await Clinic.open();
    await clinic.put("groups.json5", { manage_notification_policy: false });
    expect(await clinic.complaints("notifications")).toEqual([
      expect.stringMatching(
        /^warning: .*private mentions.* or set manage_notification_policy to true\.$/u,
      ),
    ]);
  });

  it.each([
    [
      404,
      /^warning: The server opens no stream \(GET .*404\); the group is served by a look every 15 s\./u,
    ],
    [
      503,
      /^problem: The stream at .* does not open \(GET .*503\); until it does, the group is served/u,
    ],
  ])("is told when the stream is refused with %i", async (status, says) => {
    await using clinic = await Clinic.open();
    clinic.host.faults.streams.refuse(status);
    expect(await clinic.complaints("stream")).toEqual([expect.stringMatching(says)]);
  });

  it("is told when nothing comes by the stream, not even an answer to a ping", async () => {
    await using clinic = await Clinic.open();
    clinic.host.faults.streams.freeze(true);
    expect(await clinic.complaints("stream", { machine: { clock: hastyClock } })).toEqual([
      expect.stringMatching(
        /^problem: The stream at .* opens, but nothing comes by it, .* → Tell/u,
      ),
    ]);
  });

  it("is told when the stream lives and brings no events", async () => {
    await using clinic = await Clinic.open();
    clinic.host.faults.streams.silence(true);
    const machine = { clock: hastyClock };
    expect(await clinic.complaints("stream", { machine })).toEqual([]);
    expect(await clinic.complaints("stream", { machine, tryStream: true })).toEqual([
      expect.stringMatching(
        /^warning: A post of our own did not come by the stream at .* it was deleted\. → Some/u,
      ),
    ]);
    expect(await clinic.host.user("ducks").statusesOf("ducks@sandbox.test")).toEqual([]);
  });

  it("is told when the stream works for nobody with this token", async () => {
    await using clinic = await Clinic.open();
    clinic.host.faults.streams.refuse(401);
    expect(await clinic.complaints("stream")).toEqual([
      expect.stringMatching(/^problem: The stream at .* does not open \(GET .* no socket, 401/u),
    ]);
  });
});
