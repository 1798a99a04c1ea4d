/** Keeps the `Containerfile` true without building it: what it copies must be there and be let in. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const lines = read("Containerfile")
  .replaceAll(/\\\n/gu, " ")
  .split("\n")
  .filter((line) => /^[A-Z]+ /u.test(line));
const last = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
const copied = lines.flatMap((line) => {
  const [order, ...words] = line.split(/\s+/u);
  return order === "COPY" && !words[0]?.startsWith("--from") ? words.slice(0, -1) : [];
});

describe("the Containerfile", () => {
  it("copies what is there, and all of it is let into the build", () => {
    expect(copied).toContain("src");
    expect(copied.filter((name) => !existsSync(new URL(`../${name}`, import.meta.url)))).toEqual(
      [],
    );
    const letIn = read(".dockerignore").match(/(?<=^!).+$/gmu) ?? [];
    expect(new Set(copied)).toEqual(new Set(letIn));
  });

  it("builds with everything that the sources import from outside of them", () => {
    expect(read("src/core/messages.ts")).toContain('from "../../locales/');
    expect(
      lines.slice(
        0,
        lines.findIndex((line) => line.includes("npm run build")),
      ),
    ).toContain("COPY locales locales");
  });

  it("has what a package has, apart from pages to read and what sets up a service", () => {
    const { files } = JSON.parse(read("package.json")) as { files: readonly string[] };
    const shipped = files.filter((name) => !/^!|^dist$|^docs|^Makefile$|service$/u.test(name));
    expect(last.join("\n").split(/\s+/u)).toEqual(expect.arrayContaining(shipped));
  });

  it("lets in no groups, no dependencies of this machine and no history", () => {
    expect(read(".dockerignore")).toMatch(/^\*$/mu);
  });

  it("ends with a user who is not root, in the volume that is that user's", () => {
    expect(last).toContain("USER node");
    expect(last).toContain("VOLUME /data");
    expect(last.findIndex((line) => line.startsWith("RUN"))).toBeLessThan(
      last.indexOf("USER node"),
    );
    expect(last.join("\n")).toMatch(/install -d -o node -g node -m 700 \/data/u);
    expect(last.at(-1)).toBe('ENTRYPOINT ["fedigroups"]');
  });

  it("has a Node that the program runs on", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    expect(engines.node).toBe(">=20.19");
    for (const line of lines.filter((each) => each.startsWith("FROM "))) {
      expect(line).toMatch(/^FROM docker\.io\/library\/node:22-slim\b/u);
    }
  });
});
