import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import JSON5 from "json5";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { toAcct } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import { ConfigError } from "../errors.js";
import { FileError } from "../store/file-error.js";
import {
  checkNewGroup,
  findGroup,
  ownerNotice,
  updateAppdata,
  writeNewGroup,
} from "./group-file.js";
import { loadConfig } from "./load.js";

const root = await mkdtemp(join(tmpdir(), "fedigroups-group-"));
/** Only root can give files away. */
const isRoot = userInfo().uid === 0;
let cwd: string;
let groups: string;

beforeEach(async () => {
  cwd = await mkdtemp(join(root, "x"));
  groups = join(cwd, "groups");
});
afterAll(() => rm(root, { recursive: true }));

function anAcct(text: string): Acct {
  const acct = toAcct(text);
  if (acct === undefined) throw new TypeError(text);
  return acct;
}
const ducks = anAcct("ducks@example.social");
const appdata = {
  base: "https://example.social",
  clientId: "id",
  clientSecret: "secret",
  redirect: "urn:ietf:wg:oauth:2.0:oob",
  token: "sesame",
};

describe("a handle that is to be the name of a folder", () => {
  it.each([
    "../../x@example.social",
    "..@example.social",
    ".x@example.social",
    "a/b@example.social",
    "a\\b@example.social",
    "a\0b@example.social",
    "a\nb@example.social",
    "a\u001b[2Jb@example.social",
    "a\u202eb@example.social",
    "x@../../etc",
    "x@example.social/../..",
    "Ducks@Example.Social",
    "‥@example.social",
    "．．／x@example.social",
    `${"ё".repeat(190)}@example.social`,
    "x".repeat(100_000),
  ])("leads nowhere but into the groups folder: %j", async (typed) => {
    // As it is typed, and as it would be if nobody had looked at it before.
    for (const acct of [toAcct(typed), typed as Acct]) {
      if (acct === undefined) continue;
      const refused = await checkNewGroup(groups, acct)
        .then(() => writeNewGroup(groups, { acct, appdata }))
        .then(
          () => undefined,
          (error: unknown) => error,
        );
      if (refused !== undefined) {
        const isTold = refused instanceof FileError || refused instanceof ConfigError;
        expect(isTold && /cannot be the name|too long|already here/u.test(refused.message)).toBe(
          true,
        );
      }
    }
    expect((await readdir(cwd)).filter((name) => name !== "groups")).toEqual([]);
    const made = await readdir(groups).catch((): string[] => []);
    for (const name of made) {
      expect(toAcct(name)).toBe(name);
      expect(name).not.toMatch(/\p{C}|^\.|\//u);
    }
  });
});

async function putConfig(folder: string, name: string, text: string): Promise<string> {
  await mkdir(join(groups, folder), { recursive: true });
  const file = join(groups, folder, name);
  await writeFile(file, text);
  return file;
}

describe("writeNewGroup", () => {
  it("makes a private folder with a private file that loads", async () => {
    const file = await writeNewGroup(groups, { acct: ducks, appdata });
    expect(file).toBe(join(groups, "ducks@example.social", "config.json5"));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(groups, "ducks@example.social"))).mode & 0o777).toBe(0o700);
    const config = await loadConfig(undefined, cwd);
    expect(config.groups).toMatchObject([{ acct: ducks, enabled: true, appdata }]);
    expect(config.notices).toEqual([]);
    expect(await readFile(file, "utf8")).toMatch(/^\/\/ One group/u);
  });

  it("refuses a group that is there, whatever its folder is called", async () => {
    const file = await putConfig("pond", "config.json", '{acct: "@Ducks@example.social"}');
    for (const attempt of [
      () => checkNewGroup(groups, ducks),
      () => writeNewGroup(groups, { acct: ducks, appdata }),
    ]) {
      await expect(attempt()).rejects.toThrow(
        `${file}: The group ducks@example.social is already here. To renew its sign-in, use -A in place of -a.`,
      );
    }
    expect(await readdir(groups)).toEqual(["pond"]);
  });

  it.each(["{", '{"acct": "geese@example.social"}'])(
    "does not write over a configuration in its folder: %s",
    async (text) => {
      const file = await putConfig("ducks@example.social", "config.json", text);
      await expect(writeNewGroup(groups, { acct: ducks, appdata })).rejects.toThrow(ConfigError);
      expect(await readFile(file, "utf8")).toBe(text);
    },
  );

  it.each(["../evil@x.example", "a/b@x.example", ".hidden@x", "..", "a\\b@x", "A@x", "a\u0000@x"])(
    "makes no folder out of %j",
    async (text) => {
      const forged = text as Acct;
      await expect(writeNewGroup(groups, { acct: forged, appdata })).rejects.toThrow(FileError);
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  // Skipped for others than root, who cannot give files away.
  it.runIf(isRoot)("gives what root makes to the user whose folder it is", async () => {
    await chown(cwd, 12_345, 12_346);
    const file = await writeNewGroup(groups, { acct: ducks, appdata });
    for (const path of [groups, dirname(file), file]) {
      expect(await stat(path)).toMatchObject({ uid: 12_345, gid: 12_346 });
    }
    expect(await ownerNotice(dirname(file))).toBeUndefined();
    await chown(file, 0, 0);
    expect(await ownerNotice(dirname(file))).toContain(`sudo chown -R 12345: ${dirname(file)}`);
  });

  it("says when the folder cannot be made", async () => {
    await writeFile(join(cwd, "file"), "");
    const attempt = writeNewGroup(join(cwd, "file", "groups"), { acct: ducks, appdata });
    await expect(attempt).rejects.toThrow("a part of the path is a file where a folder is needed");
    const long = anAcct(`${"x".repeat(150)}@${"y".repeat(60)}.${"z".repeat(60)}.example`);
    await expect(writeNewGroup(groups, { acct: long, appdata })).rejects.toThrow("too long");
  });
});

describe("findGroup", () => {
  it("finds a group by its address in any folder, and past broken ones", async () => {
    await putConfig("broken", "config.json", "{");
    expect(await findGroup(groups, ducks)).toBeUndefined();
    const file = await putConfig("pond", "config.json5", "{acct: 'DUCKS@example.social'}");
    expect(await findGroup(groups, ducks)).toBe(file);
    await putConfig("pool", "config.json", '{"acct": "ducks@example.social"}');
    await expect(findGroup(groups, ducks)).rejects.toThrow("is also in");
  });

  it("finds nothing where there is no folder", async () => {
    expect(await findGroup(groups, ducks)).toBeUndefined();
  });
});

describe("updateAppdata", () => {
  it("changes the sign-in and no other character", async () => {
    const text = `// Ours.
{
  acct: 'ducks@example.social', // not theirs
  "mood": "good", /* "token": */
  appdata: {
    // where
    base: "https://old.example",
    note: "keep me",
    'token': "old", // secret
    client_id: "old", client_secret: "old", redirect: "old",
  },
  character_limit: 500,
}
`;
    const file = await putConfig("pond", "config.json5", text);
    await chmod(file, 0o644);
    await updateAppdata(file, appdata);
    expect(await readFile(file, "utf8")).toBe(
      text
        .replace("https://old.example", appdata.base)
        .replace("'token': \"old\"", "'token': \"sesame\"")
        .replace('client_id: "old"', 'client_id: "id"')
        .replace('client_secret: "old"', 'client_secret: "secret"')
        .replace('redirect: "old"', `redirect: "${appdata.redirect}"`),
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(groups, "pond"))).toEqual(["config.json5"]);
  });

  it.each([
    ['{"acct": "ducks@example.social"}', {}],
    ['{"acct": "ducks@example.social", "appdata": null, "x": 1}', { x: 1 }],
    ['{"acct": "ducks@example.social", "appdata": {}}', {}],
    ['{"appdata": {"token": "a"}, "acct": "ducks@example.social", "appdata": {"token": "b"}}', {}],
    ['{"__proto__": 1, "acct": "ducks@example.social", "appdata": {"base": 1}}', {}],
  ])("fits it into %s, which stays plain JSON", async (text, more) => {
    const file = await putConfig("pond", "config.json", text);
    await updateAppdata(file, appdata);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({
      acct: ducks,
      appdata: {
        base: appdata.base,
        client_id: "id",
        client_secret: "secret",
        redirect: appdata.redirect,
        token: "sesame",
      },
      ...more,
    });
  });

  it.each(["{", "[]", "7", ""])("does not touch a file that holds %j", async (text) => {
    const file = await putConfig("pond", "config.json5", text);
    await expect(updateAppdata(file, appdata)).rejects.toThrow(ConfigError);
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("makes what it writes readable, also after a sample's comments", async () => {
    const sample = join(
      import.meta.dirname,
      "../../groups.example/ducks@example.social/config.json5",
    );
    const file = await putConfig("pond", "config.json5", await readFile(sample, "utf8"));
    await updateAppdata(file, appdata);
    const text = await readFile(file, "utf8");
    expect(JSON5.parse(text)).toMatchObject({ acct: ducks, appdata: { token: "sesame" } });
    expect(text).toContain("// How many characters");
  });
});
