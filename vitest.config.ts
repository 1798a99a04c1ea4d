import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,bench}/**/*.test.ts"],
    testTimeout: 15_000,
    // Many tests wait for a server or a process: with one worker fewer than cores, as by default, a core idles.
    maxWorkers: "100%",
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      exclude: ["**/*.test.ts"],
      thresholds: { branches: 97 },
    },
  },
});
