import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { createMachine } from "./machine.js";
import { checkUnit, readUnit } from "./unit.js";

const shipped = readFileSync(new URL("../../fedigroups.example.service", import.meta.url), "utf8");
const path = "/usr/local/lib/systemd/system/fedigroups.service";

async function check(text: string, more: object = {}) {
  const baseFolder = "/var/lib/fedigroups";
  const place = {
    baseFolder,
    groupsFolder: `${baseFolder}/groups`,
    owner: "fedigroups",
    isExecutable: async () => true,
    ...more,
  };
  const findings = await checkUnit([{ path, text }], place);
  return findings.map(({ verdict, text: says, remedy }) =>
    [`${verdict}: ${says}`, remedy].filter(Boolean).join(" → "),
  );
}

/** A unit that runs the groups in a folder, with some protection. */
const unit = (...lines: readonly string[]) =>
  ["[Service]", "User=fedigroups", "ExecStart=/bin/fedigroups -c /srv/g", ...lines].join("\n");
const srv = { baseFolder: "/srv/g", groupsFolder: "/srv/g/groups" };
const at = (baseFolder: string) => ({ baseFolder, groupsFolder: `${baseFolder}/groups` });
const run = (folder: string, ...lines: readonly string[]) =>
  unit(...lines).replace("/srv/g", folder);

describe("the unit", () => {
  it("that is shipped fits the folder it is made for", async () => {
    expect(await check(shipped)).toEqual([
      `ok: The unit ${path} fits: fedigroups may write in /var/lib/fedigroups/groups.`,
    ]);
  });

  it("that is shipped keeps out of every other folder", async () => {
    const moved = shipped.replaceAll("--config /var/lib/fedigroups", "--config /srv/g");
    expect(await check(moved, srv)).toEqual([
      `problem: The unit ${path} keeps the service from writing in /srv/g/groups: ProtectSystem=strict. → Change it with sudo systemctl edit fedigroups: ReadWritePaths=/srv/g/groups under [Service]`,
    ]);
  });

  it.each([
    ["/srv/g", ["ProtectSystem=strict", "ReadWritePaths=/opt -/srv"], undefined],
    ["/srv/g", ["ProtectSystem=full"], undefined],
    ["/etc/g", ["ProtectSystem=full"], "ProtectSystem=full"],
    ["/usr/g", ["ProtectSystem=yes"], "ProtectSystem=yes"],
    ["/etc/g", ["ProtectSystem=true"], undefined],
    ["/var/lib/g", ["ProtectSystem=strict", "StateDirectory=f g"], undefined],
    ["/var/lib/g2", ["ProtectSystem=strict", "StateDirectory=f g"], "ProtectSystem=strict"],
    ["/home/me/g", ["ProtectHome=yes"], "ProtectHome=yes"],
    ["/root/g", ["ProtectHome=tmpfs", "ReadWritePaths=/root"], "ProtectHome=tmpfs"],
    ["/home/me/g", ["ProtectHome=read-only"], "ProtectHome=read-only"],
    ["/home/me/g", ["ProtectHome=read-only", "ReadWritePaths=/home/me/g"], undefined],
    ["/home/me/g", ["ProtectHome=no"], undefined],
    ["/homeless/g", ["ProtectHome=yes"], undefined],
    ["/tmp/g", ["PrivateTmp=yes"], "PrivateTmp=yes"],
    ["/srv/g", ["InaccessiblePaths=/srv"], "InaccessiblePaths="],
    ["/srv/g", ["ReadOnlyPaths=/srv", "ReadWritePaths=/srv/g"], undefined],
    ["/srv/g", ["ProtectSystem=strict", "ProtectSystem="], undefined],
  ])("for %s with %j is judged right", async (folder, lines, because) => {
    const [says] = await check(run(folder, ...lines), at(folder));
    if (because === undefined) expect(says).toMatch(/^ok: /u);
    else expect(says).toContain(`from writing in ${folder}/groups: ${because}. →`);
  });

  it("may not start a program that is not there, nor as a user who may not write", async () => {
    const more = { ...srv, isExecutable: async () => false, owner: "ann" };
    expect(await check(unit(), more)).toEqual([
      `problem: The unit ${path} starts /bin/fedigroups, which cannot be run. → Install the program again: sudo make install`,
      "problem: The service runs as fedigroups, and /srv/g/groups belongs to ann. → Give it to the service: sudo chown -R fedigroups: /srv/g/groups",
    ]);
  });

  it("may quote its words", async () => {
    const text = unit().replace("-c /srv/g", '"--config=/srv/my g"');
    expect(await check(text, at("/srv/my g"))).toEqual([
      `ok: The unit ${path} fits: fedigroups may write in /srv/my g/groups.`,
    ]);
  });

  it("ought not to run as root", async () => {
    expect(await check(unit("User="), { ...srv, owner: "root" })).toEqual([
      `warning: The unit ${path} runs the service as root, which it does not need. → Change it with sudo systemctl edit fedigroups: User= under [Service]`,
    ]);
  });

  it("may be about other groups, and there may be none", async () => {
    expect(await check(shipped, srv)).toEqual([
      `ok: The unit ${path} runs the groups in /var/lib/fedigroups, not these.`,
    ]);
    const place = { ...srv, owner: "ann", isExecutable: async () => true };
    expect(await checkUnit([], place)).toMatchObject([{ verdict: "ok" }]);
  });

  it("is read as systemd reads it", () => {
    const text =
      "[Unit]\nUser=x\n[Service]\n; User=y\nExecStart=/a \\\n  -c /b\nUser = ann \nEnvironment=A=1\n";
    const dropIn = "[Service]\nExecStart=\nExecStart=/c\nEnvironment=B=2\n";
    const settings = readUnit([
      { path: "u", text },
      { path: "d", text: dropIn },
    ]);
    expect(Object.fromEntries(settings)).toEqual({
      ExecStart: ["/c"],
      User: ["ann"],
      Environment: ["A=1", "B=2"],
    });
  });

  it("is found where systemd finds it, with what is added to it", async () => {
    const root = await mkdtemp(join(tmpdir(), "fedigroups-unit-"));
    const put = async (name: string) => {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), name);
      return { path: join(root, name), text: name };
    };
    try {
      expect(await createMachine(root).unitFiles()).toEqual([]);
      const vendor = "usr/local/lib/systemd/system/fedigroups.service";
      await put(`${vendor}.d/10-a.conf`);
      const second = await put(`${vendor}.d/20-b.conf`);
      await put(`${vendor}.d/readme.txt`);
      const weak = await put(vendor);
      const first = await put("etc/systemd/system/fedigroups.service.d/10-a.conf");
      expect(await createMachine(root).unitFiles()).toEqual([weak, first, second]);
      const strong = await put("etc/systemd/system/fedigroups.service");
      expect(await createMachine(root).unitFiles()).toEqual([strong, first, second]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
