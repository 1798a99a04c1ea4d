import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { locateJson, readJson5 } from "./json5-file.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-json5-"));
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(root, "x"));
});
afterAll(() => rm(root, { recursive: true }));

async function read(content: string | Uint8Array) {
  const file = join(folder, "x.json");
  await writeFile(file, content);
  return await readJson5(file);
}

describe("locateJson", () => {
  it("finds either name and neither", async () => {
    expect(await locateJson(folder, "config")).toBeUndefined();
    await writeFile(join(folder, "config.json"), "{}");
    expect(await locateJson(folder, "config")).toBe(join(folder, "config.json"));
    await writeFile(join(folder, "state.json5"), "{}");
    expect(await locateJson(folder, "state")).toBe(join(folder, "state.json5"));
  });

  it("names both when both are there", async () => {
    await writeFile(join(folder, "config.json"), "{}");
    await writeFile(join(folder, "config.json5"), "{}");
    await expect(locateJson(folder, "config")).rejects.toThrow(
      `${join(folder, "config.json5")}: There is also ${join(folder, "config.json")}`,
    );
  });
});

describe("readJson5", () => {
  it("reads JSON5 under the name of JSON, with a byte order mark", async () => {
    expect((await read("\uFEFF// hello\n{a: 1,}"))?.value).toEqual({ a: 1 });
    expect((await read('\uFEFF{"a": 1}'))?.value).toEqual({ a: 1 });
  });

  it("returns nothing for a file that is not there", async () => {
    expect(await readJson5(join(folder, "none.json"))).toBeUndefined();
  });

  it.each([
    [
      "{\n  a: 1\n  b: 2\n}",
      "line 3, column 3: This is not valid JSON5: invalid character 'b' (is a comma missing before it?); correct",
    ],
    [
      '{\n  "a": 1 // one\n\n  "b": 2\n}',
      "invalid character '\"' (is a comma missing before it?); correct",
    ],
    ["{\n  a: 1,\n  ]\n}", "invalid character ']'; correct"],
    [
      '{\n  "a": [1, 2',
      "line 2, column 13: This is not valid JSON5: invalid end of input (the file is cut off?)",
    ],
    ["", "The file is empty"],
    [" \n", "The file is empty"],
    ["// only this", "the file is cut off?"],
    ["[".repeat(200) + "]".repeat(200), "deeper than 100 levels"],
    ["[".repeat(1_000_000), "This is not valid JSON5"],
  ])("says what is wrong with case %#", async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  it("refuses what is not UTF-8, a folder, and a file beyond reason", async () => {
    await expect(read(new Uint8Array([0x7b, 0xff, 0x7d]))).rejects.toThrow("not text in UTF-8");
    await expect(read(Buffer.from('{"a": 1}', "utf16le"))).rejects.toThrow("The file holds zeros");
    await mkdir(join(folder, "f.json"));
    await expect(readJson5(join(folder, "f.json"))).rejects.toThrow("This is not a file");
    await expect(read(" ".repeat(33 * 1024 * 1024))).rejects.toThrow("larger than");
  });

  it("repeats no content in its messages", async () => {
    await expect(read('{"token": "sesame" oops}')).rejects.not.toThrow("sesame");
  });
});
