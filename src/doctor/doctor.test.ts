import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../cli/main.js";
import { Clinic } from "../testing/clinic.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";

describe("fedigroups doctor, of a healthy group", () => {
  it("has a line for each check, and ends with 0", async () => {
    await using clinic = await Clinic.open();
    await clinic.openNotifications();
    const { exitCode, out, err } = await clinic.visit();
    expect([exitCode, err]).toEqual([0, ""]);
    const { host } = new URL(clinic.host.baseUrl);
    const groups = join(clinic.folder, "groups");
    const lines = out.split("\n").map((line) => line.replaceAll(/(?<=\S) {2,}/gu, "  "));
    expect(lines[2]).toMatch(/^ {2}ok {2}disk {2}There is \d+ MB of room for /u);
    expect(lines.toSpliced(2, 1)).toEqual([
      "This installation",
      "  ok  configuration  Settings come from the defaults, for there is no groups.json5; 1 group found.",
      "  warning  service  Nobody runs the groups at the moment.",
      expect.stringMatching(/^ +→ Start them: fedigroups$/u),
      "  ok  unit  There is no unit fedigroups.service; the groups are run in some other way.",
      "",
      "ducks@sandbox.test",
      `  ok  files  The files in ${groups}/ducks belong to one user, and the token is that user's alone.`,
      '  ok  locale  The group speaks "en", which is complete.',
      "  ok  name  127.0.0.1 is an address and needs no look-up.",
      `  ok  certificate  ${host} is on this machine, and needs no TLS.`,
      "  ok  clock  This machine's clock agrees with the server's.",
      "  ok  token  The token opens ducks@sandbox.test.",
      "  ok  scopes  The token has the scopes read, write, follow, push.",
      "  ok  server  The server runs mastodon 4.6.5: posts of 500 characters, a stream.",
      "  ok  account  The account is open, marked as automated, and neither limited nor moved.",
      '  ok  visibility  By default the account posts "public"; the service always says how.',
      "  ok  follows  The group follows 0 of the 7500 accounts that its server allows.",
      "  ok  notifications  Everybody's notifications reach the group, and no request waits.",
      `  ok  stream  The stream at ${host} opens and answers. Whether events come by it shows --try-stream.`,
      "  ok  admins  1 admin found.",
      "",
      "0 problems, 1 warning.",
      "",
    ]);
  });

  it("asks the server for nothing but to read, and touches no file", async () => {
    await using clinic = await Clinic.open();
    await clinic.openNotifications();
    const before = await look(clinic);
    const seen = clinic.host.requests.length;
    await clinic.visit();
    const asked = clinic.host.requests.slice(seen);
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await look(clinic)).toEqual(before);
  });

  it("finds that the service runs, beside it", async () => {
    await using clinic = await Clinic.open();
    const stop = new AbortController();
    const io = new RecordingIo({ cwd: clinic.folder });
    const running = main([], io, stop.signal);
    try {
      await until(() => clinic.host.faults.streams.count("ducks") > 0, { what: "The stream" });
      const { exitCode, out } = await clinic.visit();
      expect(out).toContain(`Process ${io.pid} runs the groups.`);
      expect(out).toContain("0 problems, 0 warnings.");
      expect(exitCode).toBe(0);
      // The group's own stream goes on.
      expect(clinic.host.faults.streams.count("ducks")).toBe(1);
    } finally {
      stop.abort();
      await running;
    }
  });

  it.each(["gotosocial-0.20", "pleroma-2.7", "akkoma-3.16", "hollo", "snac"] as const)(
    "finds nothing wrong on %s",
    async (flavour) => {
      await using clinic = await Clinic.open({ host: { flavour } });
      const findings = await clinic.findings();
      expect(findings.filter(({ verdict }) => verdict === "problem")).toEqual([]);
      expect(findings.map(({ check }) => check)).toContain("admins");
    },
  );
});

describe("fedigroups doctor --try-stream", () => {
  it("sees a post of its own come by the stream, and deletes it", async () => {
    await using clinic = await Clinic.open();
    const findings = await clinic.findings({ tryStream: true });
    expect(findings.find(({ check }) => check === "stream")).toMatchObject({
      verdict: "ok",
      text: expect.stringMatching(
        /^A post of our own came by the stream at .*, and was deleted\.$/u,
      ),
    });
    const writes = clinic.host.requests.filter(({ method }) => method !== "GET");
    expect(writes.map(({ method, body }) => [method, body])).toEqual([
      ["POST", expect.objectContaining({ visibility: "direct" })],
      ["DELETE", undefined],
    ]);
    expect(await clinic.host.user("ducks").statusesOf("ducks@sandbox.test")).toEqual([]);
  });
});

describe("the output of fedigroups doctor", () => {
  it("is told programs as JSON, in the shape that the reference promises", async () => {
    await using clinic = await Clinic.open({ user: { isBot: false } });
    await clinic.openNotifications();
    const { exitCode, out } = await clinic.visit({ json: true });
    const told = JSON.parse(out);
    expect(Object.keys(told)).toEqual(["healthy", "findings"]);
    expect([exitCode, told.healthy]).toEqual([0, true]);
    for (const finding of told.findings) {
      expect(Object.keys(finding)).toEqual([
        ...["group", "check", "verdict", "text", "remedy", "mendable"],
      ]);
    }
    expect(told.findings[0]).toMatchObject({ group: null, check: "configuration", remedy: null });
    expect(told.findings.find(({ check }: { check: string }) => check === "account")).toEqual({
      group: "ducks@sandbox.test",
      check: "account",
      verdict: "warning",
      text: "The account is not marked as automated, as people and servers expect of a program.",
      remedy: expect.stringContaining("or run this with --fix."),
      mendable: true,
    });
  });

  it("has colours at a terminal, unless NO_COLOR is set", async () => {
    await using clinic = await Clinic.open();
    const at = (env: Record<string, string>, isTTY: boolean) =>
      clinic.visit({}, Object.assign(new RecordingIo({ cwd: clinic.folder, env }), { isTTY }));
    expect((await at({}, true)).out).toContain("\u001b[32mok     \u001b[0m");
    expect((await at({ NO_COLOR: "1" }, true)).out).not.toContain("\u001b");
    expect((await at({}, false)).out).not.toContain("\u001b");
  });

  it("names the command that mends, with the -c that was given", async () => {
    await using clinic = await Clinic.open({ user: { isBot: false } });
    await clinic.openNotifications();
    const { out } = await clinic.visit({ config: clinic.folder });
    const [, command] = /1 of them can be mended by: (.*)\n$/u.exec(out) ?? [];
    expect(command).toBe(`fedigroups -c ${clinic.folder} doctor --fix`);
  });

  it("never holds a token", async () => {
    await using clinic = await Clinic.open();
    const { token } = clinic.host.user("ducks");
    clinic.host.faults.failAlways(
      { path: /verify_credentials/u },
      { kind: "respond", status: 500, body: JSON.stringify({ error: `Bearer ${token}` }) },
    );
    expect((await clinic.visit()).out).not.toContain(token);
  });
});

describe("the arguments of fedigroups doctor", () => {
  const run = async (clinic: Clinic, ...argv: readonly string[]) => {
    const io = new RecordingIo({ cwd: clinic.folder });
    const exitCode = await main(["doctor", ...argv], io, new AbortController().signal);
    return { exitCode, out: io.out, err: io.err };
  };

  it("may name one group", async () => {
    await using clinic = await Clinic.open();
    clinic.host.addUser({ username: "geese", isBot: true });
    const geese = { base: clinic.host.baseUrl, token: clinic.host.user("geese").token };
    const config = { acct: "geese@sandbox.test", appdata: geese };
    await clinic.put("groups/geese/config.json5", config);
    const { out } = await run(clinic, "@Geese@sandbox.test");
    expect(out).toContain("\ngeese@sandbox.test\n");
    expect(out).not.toContain("\nducks@sandbox.test\n");
  });

  it("are refused for a group that is not here", async () => {
    await using clinic = await Clinic.open();
    const { exitCode, err } = await run(clinic, "swans@sandbox.test");
    expect(exitCode).toBe(2);
    expect(err).toContain('no group "swans@sandbox.test" here; there are: ducks@sandbox.test.');
  });

  it("end it with 1 where there is a problem", async () => {
    await using clinic = await Clinic.open();
    clinic.host.user("ducks").revokeTokens();
    expect((await run(clinic)).exitCode).toBe(1);
  });
});

/** Names, modes and times of everything in the folder. */
async function look({ folder }: Clinic) {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mode, mtimeMs, size } = await stat(join(folder, name));
      return { name, mode, mtimeMs, size };
    }),
  );
}
