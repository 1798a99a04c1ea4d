import { Hono } from "hono";
import type { Clock } from "../ports.js";
import type { Board } from "../watch/board.js";
import { guard } from "./guard.js";
import { LiveStreams } from "./live.js";
import type { Metrics } from "./metrics.js";
import { liveParts, statusPage } from "./page.js";
import { script } from "./script.js";
import { style } from "./style.js";

const lookEveryMs = 1000;
/** Also without news: how long ago something was changes by itself. */
const atLeastEveryMs = 5000;
/** More pages than this are renewed by their readers. */
const maxCount = 50;

/** The status page and what programs ask, for whoever reaches it: to look at only. */
export function statusApp(
  board: Board,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics },
): Hono {
  const app = new Hono();
  const live = new LiveStreams(clock, { lookEveryMs, atLeastEveryMs, maxCount });
  app.use("*", guard({ hasForms: false }));
  app.get("/", (c) => c.html(statusPage(board.snapshot())));
  app.get("/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/live.js", (c) =>
    c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.get("/live", (c) =>
    live.serve(c, {
      revision: () => board.revision,
      render: () => liveParts(board.snapshot()),
    }),
  );
  app.get("/healthz", (c) => {
    const stuck = board.conditions().filter(({ isStuck }) => isStuck);
    if (stuck.length === 0) return c.text("ok");
    return c.text(stuck.map(({ acct }) => `${acct}: its loop does not turn`).join("\n"), 503);
  });
  app.get("/readyz", (c) => {
    const absent = board.conditions().filter(({ phase, isStuck }) => phase !== "live" || isStuck);
    if (absent.length === 0) return c.text("ok");
    return c.text(absent.map(({ acct, phase }) => `${acct}: ${phase}`).join("\n"), 503);
  });
  app.get("/metrics", async (c) => {
    const text = await metrics.render(board.snapshot());
    return c.body(text, 200, { "content-type": metrics.contentType });
  });
  return app;
}
