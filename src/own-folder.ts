/**
 * Where `package.json`, `locales/` and `groups.example/` lie: one level above this file in `src/` and in
 * `build/`, and above the bundle in `dist/`, which has no folders.
 */
export const ownFolder = new URL("../", import.meta.url);
