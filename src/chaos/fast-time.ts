/**
 * Loaded into the daemon's process before the daemon (`node --import`): its time runs `speed` times as
 * fast, so that a time-out of half a minute fits into a run of a minute. The daemon knows nothing of
 * it. `since` is when the run began, so that time goes on over restarts.
 */
const { searchParams } = new URL(import.meta.url);
const speed = Number(searchParams.get("speed"));
const since = Number(searchParams.get("since"));
const { now } = Date;
const steady = performance.now.bind(performance);
const later = globalThis.setTimeout;

Date.now = () => Math.floor(since + (now() - since) * speed);
performance.now = () => steady() * speed;
globalThis.setTimeout = new Proxy(later, {
  apply: (target, self, [act, delayMs = 0, ...given]) =>
    Reflect.apply(target, self, [act, delayMs / speed, ...given]),
});
