import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{src,bench}/**/*.test.ts"],
    testTimeout: 15_000,
    coverage: {
      provider: "v8",
      include: ["src/core/**/*.ts"],
      exclude: ["**/*.test.ts"],
      thresholds: { branches: 97 },
    },
  },
});
