import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isGrowing, type Trend, trendOf } from "./trend.js";

/** What the daemon's process held at one moment, after garbage was collected. */
export interface Sample {
  readonly atMs: number;
  /** Bytes, as the three that follow. */
  readonly rss: number;
  readonly heapUsed: number;
  /** Of buffers and the like outside the heap. */
  readonly external: number;
  /** Open files and sockets. */
  readonly handles: number;
  readonly sockets: number;
  readonly timers: number;
}

/** One of the things that must not grow. */
export interface Series {
  readonly name: string;
  /** What one unit of `trend` is. */
  readonly unit: "kB" | "";
  readonly first: number;
  readonly last: number;
  readonly trend: Trend;
  /** So much per minute would be noise, however sure. */
  readonly tolerance: number;
  readonly isGrowing: boolean;
}

/** The smallest thing that can be kept for an event takes more. */
const bytesPerEvent = 16;
/** The memory of a process also moves by whole pages and by what the allocator holds back. */
const residentBytesPerEvent = 64;
/** Of handles and timers there is always one more or less; one lost with each new socket is 25 a minute. */
const handlesPerMinute = 0.5;

/** The samples in the file that the probe writes; none while there is no file. */
export async function readSamples(file: string): Promise<readonly Sample[]> {
  const text = await readFile(file, "utf8").catch(() => "");
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line): Sample => JSON.parse(line));
}

/** What became of everything that must not grow while so many events came in a minute. */
export function judge(samples: readonly Sample[], eventsPerMinute: number): readonly Series[] {
  const series = (
    name: string,
    read: (sample: Sample) => number,
    kind: { readonly unit: Series["unit"]; readonly tolerance: number },
  ): Series => {
    const points = samples.map((sample) => ({ atMs: sample.atMs, value: read(sample) }));
    const trend = trendOf(points);
    return {
      ...{ name, ...kind, trend, isGrowing: isGrowing(trend, kind.tolerance) },
      ...{ first: points[0]?.value ?? 0, last: points.at(-1)?.value ?? 0 },
    };
  };
  const memory = (bytes: number) =>
    ({ unit: "kB", tolerance: (bytes * eventsPerMinute) / 1000 }) as const;
  const number = { unit: "", tolerance: handlesPerMinute } as const;
  return [
    series("heap and buffers", (s) => (s.heapUsed + s.external) / 1000, memory(bytesPerEvent)),
    series("resident memory", (s) => s.rss / 1000, memory(residentBytesPerEvent)),
    series("file handles", (s) => s.handles, number),
    series("sockets", (s) => s.sockets, number),
    series("timers", (s) => s.timers, number),
  ];
}

/** Bytes of all files below a folder. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      // A temporary file may be gone by now.
      .map((entry) => stat(join(entry.parentPath, entry.name)).catch(() => undefined)),
  );
  return sizes.reduce((total, file) => total + (file?.size ?? 0), 0);
}
