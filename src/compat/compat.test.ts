/** A few kinds of server, each for one family; `npm run compat` plays everything on all of them. */
import { describe, expect, it } from "vitest";
import { main } from "../cli/main.js";
import type { FlavourName } from "../sandbox/surface.js";
import { RecordingIo } from "../testing/recording-io.js";
import { columnsOf, runOn } from "./run.js";
import { scenarios } from "./scenarios.js";
import { servers } from "./servers.js";
import { asDetails, asTable } from "./table.js";

const core = scenarios.filter(({ isCore }) => isCore);

describe.concurrent("a group", () => {
  it.each<FlavourName>(["mastodon-4.6", "gotosocial-0.20", "hollo"])(
    "does on %s what it does, or the next best thing",
    async (flavour) => {
      const [server] = servers.filter((one) => one.flavour === flavour);
      if (server === undefined) throw new Error(`There is no ${flavour}.`);
      const { signal } = new AbortController();
      const io = new RecordingIo();
      const result = await runOn(server, { scenarios: core, program: main, io, signal });
      const failures = result.cells.filter(({ mark }) => mark === "fails");
      expect(failures, asDetails(result)).toEqual([]);
      expect(result.cells).toHaveLength(core.length + 1);
      expect(asTable([result], columnsOf(core))).not.toContain("✗");
    },
    60_000,
  );
});
