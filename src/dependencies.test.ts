/** What the program is built with; all it uses is in the bundle. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly packages: Readonly<
    Record<string, { readonly hasInstallScript?: boolean; readonly integrity?: string }>
  >;
}
interface Wanted {
  readonly devDependencies: Readonly<Record<string, string>>;
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), "utf8"));

describe("the dependencies", () => {
  const { packages }: Locked = read("package-lock.json");
  const others = Object.entries(packages).filter(([path]) => path !== "");

  it("runs nothing of anybody's when it is installed", () => {
    expect(others.length).toBeGreaterThan(100);
    const scripted = others.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted).toEqual([]);
  });

  it("is exactly what was looked at, down to the checksum", () => {
    const unknown = others.filter(([, { integrity }]) => !/^sha512-/u.test(integrity ?? ""));
    expect(unknown).toEqual([]);
    const { devDependencies }: Wanted = read("package.json");
    for (const version of Object.values(devDependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/u);
    }
  });

  it("installs nothing beside the program", () => {
    const kinds = Object.keys(read("package.json")).filter((key) => /dependencies/iu.test(key));
    expect(kinds).toEqual(["devDependencies"]);
  });
});
