import { describe, expect, it } from "vitest";
import { testWorld } from "../testing/client.js";

function ann() {
  const [host] = testWorld();
  if (host === undefined) throw new Error("There is no host.");
  return host.user({ username: "ann", displayName: "Ann", note: "I #draw\n\nducks" });
}

const path = "/api/v1/accounts/update_credentials";

describe("update_credentials", () => {
  it("changes what it names and nothing else", async () => {
    const user = ann();
    const { body } = await user.ask("PATCH", path, {
      bot: "true",
      fields_attributes: [
        { name: "Web", value: "https://example.org" },
        { name: "", value: "" },
      ],
    });
    expect(body).toMatchObject({
      display_name: "Ann",
      bot: true,
      locked: false,
      note: expect.stringContaining("<p>ducks</p>"),
      fields: [{ name: "Web", value: expect.stringContaining('rel="nofollow noopener me"') }],
      source: {
        note: "I #draw\n\nducks",
        privacy: "public",
        fields: [{ name: "Web", value: "https://example.org" }],
      },
    });
    expect(await user.get("/api/v1/accounts/verify_credentials")).toEqual(body);
  });

  it("takes fields by index, as forms send them", async () => {
    const { body } = await ann().ask("PATCH", path, {
      fields_attributes: { "0": { name: "a", value: "b" }, "1": { name: "c", value: "d" } },
    });
    expect(body).toMatchObject({ fields: [{ name: "a" }, { name: "c" }] });
  });

  it.each([
    [{ display_name: "x".repeat(41) }],
    [{ note: "x".repeat(501) }],
    [{ fields_attributes: Array.from({ length: 5 }, () => ({ name: "a", value: "b" })) }],
    [{ source: { privacy: "loud" } }],
  ])("refuses %j whole", async (body) => {
    const user = ann();
    expect((await user.ask("PATCH", path, { ...body, bot: true })).status).toBe(422);
    expect(await user.get("/api/v1/accounts/verify_credentials")).toMatchObject({ bot: false });
  });

  it("survives any body", async () => {
    const user = ann();
    for (const value of [null, 1, [], {}, "x", [1]]) {
      for (const key of ["display_name", "fields_attributes", "source", "locked"]) {
        expect((await user.ask("PATCH", path, { [key]: value })).status).toBe(200);
      }
    }
  });
});
