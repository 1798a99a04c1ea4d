import { describe, expect, it } from "vitest";
import { startSandbox } from "../sandbox/index.js";
import { RecordingIo } from "../testing/recording-io.js";
import { until } from "../testing/until.js";
import { main } from "./main.js";

describe("fedigroups sandbox", () => {
  it("tells its users, tokens and what to do, and stays until the signal", async () => {
    const io = new RecordingIo();
    const stop = new AbortController();
    const done = main(["sandbox", "--port", "0"], io, stop.signal);
    await until(() => io.out.includes("Stop with Ctrl-C."));
    for (const acct of ["alice", "bob", "carol", "ducks"].map((name) => `${name}@sandbox.test`)) {
      const [, token = ""] = new RegExp(`${acct} +(\\S+)`, "u").exec(io.out) ?? [];
      const baseUrl = /sandbox\.test +(http\S+)/u.exec(io.out)?.[1];
      const who = await fetch(`${baseUrl}/api/v1/accounts/verify_credentials`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(await who.json()).toMatchObject({ username: acct.split("@")[0] });
      expect(io.out).toContain(`fedigroups -a ducks@sandbox.test --base ${baseUrl}`);
    }
    expect(io.out).toContain("dave@away.test");
    stop.abort("SIGINT");
    expect(await done).toBe(0);
    expect(io.err).toBe("");
  });

  it("plays the kind of server it is told to, and lists those there are", async () => {
    const io = new RecordingIo();
    const stop = new AbortController();
    const argv = ["sandbox", "--port", "0", "--flavour", "akkoma-3.16"];
    const done = main(argv, io, stop.signal);
    await until(() => io.out.includes("Stop with Ctrl-C."));
    const baseUrl = /sandbox\.test +(http\S+)/u.exec(io.out)?.[1];
    const instance: unknown = await (await fetch(`${baseUrl}/api/v1/instance`)).json();
    expect(instance).toMatchObject({ version: expect.stringContaining("Akkoma") });
    stop.abort("SIGINT");
    expect(await done).toBe(0);
    const other = new RecordingIo();
    const wrong = ["sandbox", "--flavour", "friendster"];
    expect(await main(wrong, other, new AbortController().signal)).toBe(2);
    expect(other.err).toContain('There is no flavour "friendster", only: mastodon-4.6, ');
  });

  it("tells that a port is in use", async () => {
    await using other = await startSandbox();
    const { port } = new URL(other.host("sandbox.test").baseUrl);
    const io = new RecordingIo();
    expect(await main(["sandbox", "--port", port], io, new AbortController().signal)).toBe(1);
    expect(io.err).toContain(`Port ${port}`);
    expect(io.err).toContain("in use. Choose another with --port");
  });
});
