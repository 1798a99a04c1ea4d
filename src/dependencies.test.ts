/** What is installed with the program. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

interface Locked {
  readonly packages: Readonly<
    Record<string, { readonly hasInstallScript?: boolean; readonly integrity?: string }>
  >;
}
type Wanted = Readonly<
  Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
>;

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
    const { dependencies, devDependencies }: Wanted = read("package.json");
    for (const version of Object.values({ ...dependencies, ...devDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/u);
    }
  });
});
