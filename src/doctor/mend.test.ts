import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SandboxUser } from "../sandbox/index.js";
import { Clinic } from "../testing/clinic.js";

/** A group with all that can be mended, and something that cannot. */
async function sick(): Promise<Clinic> {
  const clinic = await Clinic.open({ user: { isBot: false, isLocked: true, note: "Quack." } });
  await chmod(join(clinic.folder, "groups/ducks/config.json5"), 0o640);
  await chmod(join(clinic.folder, "groups/ducks/control.json5"), 0o666);
  await chmod(join(clinic.folder, "groups/ducks"), 0o777);
  await clinic.host.user("alice").post("@ducks /help", { visibility: "direct" });
  return clinic;
}

const accountOf = (user: SandboxUser) =>
  user.api<Record<string, unknown>>("GET", "/api/v1/accounts/verify_credentials");

const modesOf = async ({ folder }: Clinic) =>
  Promise.all(
    ["ducks", "ducks/config.json5", "ducks/control.json5"].map(
      async (name) => (await stat(join(folder, "groups", name))).mode & 0o777,
    ),
  );

describe("fedigroups doctor --fix", () => {
  it("mends modes, notification policy and bot flag, and says what it did", async () => {
    await using clinic = await sick();
    const findings = await clinic.findings({ fix: true });
    const groups = join(clinic.folder, "groups/ducks");
    const danger = "can be changed by other users of this machine";
    const token = "holds the access token, and other users of this machine may read or change it";
    const mended = findings.filter(({ verdict }) => verdict === "mended");
    expect(mended.map(({ text }) => text)).toEqual([
      `${groups} ${danger} (mode 777). Its mode is 755 now.`,
      `${groups}/config.json5 ${token} (mode 640). Its mode is 600 now.`,
      `${groups}/control.json5 ${danger} (mode 666). Its mode is 644 now.`,
      "The account is not marked as automated, as people and servers expect of a program. It is marked now.",
      "The server holds notifications back (private mentions, limited accounts); 1 request waits to be let in. They are let through now, and 1 waiting request accepted.",
    ]);
    expect(await modesOf(clinic)).toEqual([0o755, 0o600, 0o644]);
    expect(findings.filter(({ mendable }) => mendable)).toEqual([]);

    const again = await clinic.visit({ fix: true });
    expect(again.exitCode).toBe(0);
    expect(again.out).not.toContain("mended");
  });

  it("changes nothing else: not the lock, not the profile, no text of a file", async () => {
    await using clinic = await sick();
    const ducks = clinic.host.user("ducks");
    const file = join(clinic.folder, "groups/ducks/config.json5");
    const [before, text] = [await accountOf(ducks), await readFile(file, "utf8")];
    const seen = clinic.host.requests.length;
    await clinic.visit({ fix: true });
    const writes = clinic.host.requests.slice(seen).filter(({ method }) => method !== "GET");
    expect(writes.map(({ method, path, username }) => `${username}: ${method} ${path}`)).toEqual([
      "ducks: PATCH /api/v1/accounts/update_credentials",
      "ducks: PUT /api/v2/notifications/policy",
      "ducks: POST /api/v1/notifications/requests/accept",
    ]);
    expect(await accountOf(ducks)).toEqual({ ...before, bot: true });
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("is not needed to look: without it all stays as it is", async () => {
    await using clinic = await sick();
    const before = await accountOf(clinic.host.user("ducks"));
    const modes = await modesOf(clinic);
    const seen = clinic.host.requests.length;
    const { exitCode, out } = await clinic.visit();
    expect(exitCode).toBe(1);
    expect(out).toContain("5 of them can be mended by: fedigroups doctor --fix");
    const asked = clinic.host.requests.slice(seen);
    expect(asked.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(await modesOf(clinic)).toEqual(modes);
    expect(await accountOf(clinic.host.user("ducks"))).toEqual(before);
  });

  it("leaves the policy alone where people are to see to it", async () => {
    await using clinic = await sick();
    await clinic.put("groups.json5", { manage_notification_policy: false });
    const seen = clinic.host.requests.length;
    await clinic.visit({ fix: true });
    const writes = clinic.host.requests.slice(seen).filter(({ method }) => method !== "GET");
    expect(writes.map(({ path }) => path)).toEqual(["/api/v1/accounts/update_credentials"]);
  });

  it("tells what it could not mend, and goes on", async () => {
    await using clinic = await sick();
    clinic.host.faults.failAlways(
      { method: "PATCH", path: /update_credentials/u },
      { kind: "respond", status: 422, body: '{"error":"No."}' },
    );
    const findings = await clinic.findings({ fix: true });
    expect(findings.find(({ text }) => text.includes("automated"))).toMatchObject({
      verdict: "warning",
      text: expect.stringMatching(/program\. It could not be mended: PATCH .*: 422 No\.$/u),
      mendable: false,
    });
    expect(findings.at(-1)?.check).toBe("admins");
  });
});
