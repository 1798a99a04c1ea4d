import { describe, expect, it } from "vitest";
import { type Client, testWorld, type Wire } from "../testing/client.js";

const file = { bytes: new Uint8Array([137, 80, 78, 71]), type: "image/png" };

function place() {
  const [a, b] = testWorld(["a.test", "b.test"]);
  if (a === undefined || b === undefined) throw new Error("There are not two hosts.");
  return { a, b, ann: a.user("ann"), bob: a.user("bob") };
}

async function upload(who: Client, description?: string): Promise<Wire> {
  const answer = await who.ask("POST", "/api/v2/media", { description }, { file });
  expect(answer.status).toBe(200);
  return answer.body as Wire;
}

describe("media", () => {
  it("are stored under the URL they tell", async () => {
    const { a, ann } = place();
    const media = await upload(ann, "a dot");
    const { pathname } = new URL(media.url);
    expect(a.api.media(pathname)).toEqual(file);
    expect(a.api.media("/media/other.png")).toBeUndefined();
    expect(await ann.get(`/api/v1/media/${media.id}`)).toMatchObject({ description: "a dot" });
  });

  it("can be described later, while they are not attached", async () => {
    const { ann } = place();
    const { id } = await upload(ann);
    const path = `/api/v1/media/${id}`;
    expect((await ann.ask("PUT", path, { description: "new" })).body).toMatchObject({
      description: "new",
    });
    await ann.post("/api/v1/statuses", { status: "x", media_ids: [id] });
    expect((await ann.ask("PUT", path, { description: "late" })).status).toBe(404);
  });

  it("are attached once, by their owner, four at most", async () => {
    const { ann, bob } = place();
    const { id } = await upload(ann);
    const post = (who: Client, ids: readonly string[]) =>
      who.ask("POST", "/api/v1/statuses", { status: "", media_ids: ids });
    expect((await post(bob, [id])).status).toBe(422);
    expect((await post(ann, [id])).body).toMatchObject({
      content: "",
      media_attachments: [{ id, type: "image" }],
    });
    expect((await post(ann, [id])).status).toBe(422);
    const many: string[] = [];
    for (const _ of "12345") many.push((await upload(ann)).id);
    expect((await post(ann, many)).status).toBe(422);
    expect((await post(ann, many.slice(1))).status).toBe(200);
  });

  it("come along to other hosts", async () => {
    const { b, ann } = place();
    const media = await upload(ann);
    const status = await ann.post<Wire>("/api/v1/statuses", { status: "x", media_ids: [media.id] });
    const id = b.api.localStatusId(status.uri);
    expect(await b.user("carl").get(`/api/v1/statuses/${id}`)).toMatchObject({
      media_attachments: [{ url: media.url, remote_url: media.url }],
    });
  });

  it("are refused without a file, of strange types, with an endless description", async () => {
    const { ann } = place();
    const text = { bytes: new Uint8Array(), type: "text/html" };
    const long = { description: "x".repeat(1501) };
    expect((await ann.ask("POST", "/api/v2/media", {})).status).toBe(422);
    expect((await ann.ask("POST", "/api/v2/media", {}, { file: text })).status).toBe(422);
    expect((await ann.ask("POST", "/api/v2/media", long, { file })).status).toBe(422);
  });
});
