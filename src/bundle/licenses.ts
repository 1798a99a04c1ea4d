import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

interface Told {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

/**
 * The notices that the packages in a bundle want to be kept, as one text: name, version, license and its words.
 *
 * @param modules the paths of all modules in it, as the bundler names them
 * @throws when a package does not tell its license
 */
export async function licensesOf(project: string, modules: readonly string[]): Promise<string> {
  // The bundler's own helpers have names that are no paths.
  const paths = modules.map((id) =>
    id.startsWith("\0") ? join(project, "node_modules", "rolldown", "helper") : id,
  );
  const folders = paths.flatMap(
    (path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/u.exec(path)?.[0] ?? [],
  );
  const texts = await Promise.all(
    [...new Set(folders)].map((folder) => licenseOf(folder, join(project, "LICENSE.txt"))),
  );
  const lead =
    "The files beside this one hold code of these packages, whose licenses want to be told.";
  return [lead, ...texts.sort()].join(`\n\n${"-".repeat(80)}\n\n`);
}

async function licenseOf(folder: string, ownLicense: string): Promise<string> {
  const told: Told = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const names = (await readdir(folder)).filter((name) => /^(?:licen[cs]e|notice)/iu.test(name));
  const words = await Promise.all(names.sort().map((name) => readFile(join(folder, name), "utf8")));
  if (words.length === 0) words.push(await termsOf(told, ownLicense));
  return [
    `${told.name} ${told.version} (${told.license})`,
    ...words.map((text) => text.trim()),
  ].join("\n\n");
}

/** Some packages leave the words out. Those of MIT are the same everywhere, here too, below the first lines. */
async function termsOf({ name, license, author }: Told, ownLicense: string): Promise<string> {
  const text = await readFile(ownLicense, "utf8");
  const terms = text.slice(text.indexOf("Permission is hereby granted"));
  const holder = typeof author === "string" ? author : author?.name;
  if (license !== "MIT" || holder === undefined) {
    throw new Error(`${name} does not bring the words of its license; look for them.`);
  }
  return `Copyright (c) ${holder}\n\n${terms}`;
}
