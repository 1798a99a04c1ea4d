import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,bench}/**/*.test.ts"],
    // For a machine far slower than one that anybody works at; what hangs is seen all the same.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // The files share the modules of their process, for loading those anew took as long as all the tests. So
    // a test puts back what it changes of the process, and does without vi.mock, which comes too late.
    isolate: false,
    // Many tests wait for a server or a process: with a worker per core those would idle.
    maxWorkers: availableParallelism() + 1,
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      exclude: ["**/*.test.ts"],
      thresholds: { branches: 97 },
    },
  },
});
