import { readdirSync, readFileSync } from "node:fs";
import { SerializerNativeImpl } from "masto/adapters/serializers/index.js";

/** A real server's recorded answer. */
export interface Fixture {
  readonly name: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came over the wire; text when it was not JSON. */
  readonly body: unknown;
  /** Of a stream: the text frames. */
  readonly frames: readonly string[];
}

export type RecordedServer = "gotosocial" | "hollo" | "snac";

interface Recording {
  readonly response?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly frames?: readonly { readonly raw: string }[];
}

/** Every recorded answer of a server, by name. */
export function fixtures(server: RecordedServer): readonly Fixture[] {
  // The way from build/ leads there, too.
  const folder = new URL(`../../src/testing/fixtures/${server}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => {
      const { response, frames }: Recording = JSON.parse(
        readFileSync(new URL(file, folder), "utf8"),
      );
      return {
        name: file.replace(/\.json$/, ""),
        status: response?.status ?? 0,
        headers: response?.headers ?? {},
        body: response?.body ?? "",
        frames: (frames ?? []).map(({ raw }) => raw),
      };
    });
}

/** One recorded answer. @throws Error when there is none of that name */
export function fixture(server: RecordedServer, name: string): Fixture {
  const found = fixtures(server).find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no fixture ${server}/${name}.`);
  return found;
}

const serializer = new SerializerNativeImpl();

/** What masto makes of a recorded body: keys in camelCase. */
export function asMasto(body: unknown): unknown {
  return serializer.deserialize("json", JSON.stringify(body));
}
