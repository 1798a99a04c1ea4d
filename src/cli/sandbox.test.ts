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

  it("tells what people and the group do, and to whom", async () => {
    const io = new RecordingIo();
    const stop = new AbortController();
    const done = main(["sandbox", "--port", "0"], io, stop.signal);
    await until(() => io.out.includes("Stop with Ctrl-C."));
    const baseUrl = /sandbox\.test +(http\S+)/u.exec(io.out)?.[1];
    const groupId = /accounts\/(\w+)\/follow/u.exec(io.out)?.[1];
    const call = async (name: string, path: string, fields: Record<string, string> = {}) => {
      const [, token = ""] = new RegExp(`${name}@sandbox.test +(\\S+)`, "u").exec(io.out) ?? [];
      const answer = await fetch(`${baseUrl}/api/v1/${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams(fields),
      });
      const { id } = (await answer.json()) as { readonly id: string };
      return id;
    };
    await call("bob", `accounts/${groupId}/follow`);
    const id = await call("alice", "statuses", { status: "A duck\nfor @ducks" });
    await call("ducks", `statuses/${id}/reblog`);
    const reply = { status: "@alice Thanks", visibility: "direct", in_reply_to_id: id };
    await call("ducks", "statuses", reply);
    await until(() => io.out.includes("Thanks"));
    expect(io.out.split("\n").filter((line) => line.startsWith("→"))).toEqual([
      "→ bob@sandbox.test follows ducks@sandbox.test",
      "→ alice@sandbox.test posts (public): “A duck for @ducks”",
      "→ ducks@sandbox.test boosts the post of alice@sandbox.test: “A duck for @ducks”",
      "→ ducks@sandbox.test posts (direct, a reply): “@alice Thanks”",
    ]);
    stop.abort("SIGINT");
    expect(await done).toBe(0);
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
