/**
 * Loaded into the program's process before the program (`node --import`), which has to be the build of
 * single modules: whatever limits a server has, their windows last a thousandth of a millisecond, so that
 * nothing waits for them. They are counted all the same.
 */
const { Throttle }: typeof import("../src/mastodon/throttle.js") = await import(
  new URL("../../../build/mastodon/throttle.js", import.meta.url).href
);

const learn = Throttle.prototype.learn;
Throttle.prototype.learn = function (host, limits) {
  learn.call(
    this,
    host,
    limits.map((limit) => ({ ...limit, windowMs: 0.001 })),
  );
};
