import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { Clock } from "../ports.js";
import type { Board } from "../watch/board.js";
import type { Metrics } from "./metrics.js";
import { liveParts, statusPage } from "./page.js";
import { script } from "./script.js";
import { style } from "./style.js";

const refreshMs = 1000;
/** Also without news: how long ago something was changes by itself. */
const atLeastEveryMs = 5000;
/** When the service has gone, the page comes back so often. */
const retryMs = 1000;
/** More pages than this are renewed by their readers. */
const maxLive = 50;

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

const foreignName =
  "This page is called by the address of its machine. A web server before it has to pass that on as Host.";

/**
 * A name that anybody could have registered may be a trap: a foreign page that has its own name lead to this
 * machine, in order to read what only the operator's browser reaches.
 */
function isOurName(hostname: string): boolean {
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/u.test(hostname);
  return isAddress || !hostname.includes(".") || /\.(?:local|localhost)$/u.test(hostname);
}

/** The status page and what programs ask, for whoever reaches it: to look at only. */
export function statusApp(
  board: Board,
  { clock, metrics }: { readonly clock: Clock; readonly metrics: Metrics },
): Hono {
  const app = new Hono();
  let liveCount = 0;
  app.use("*", async (c, next) => {
    if (isOurName(new URL(c.req.url).hostname)) await next();
    else c.res = c.text(foreignName, 421);
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  });
  app.get("/", (c) => c.html(statusPage(board.snapshot())));
  app.get("/style.css", (c) => c.body(style, 200, { "content-type": "text/css; charset=utf-8" }));
  app.get("/live.js", (c) =>
    c.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.get("/live", (c) => {
    if (liveCount >= maxLive) return c.text("Too many look already; reload the page instead.", 503);
    liveCount++;
    return streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      try {
        let told = -1;
        let toldAt = 0;
        while (!gone.signal.aborted) {
          if (board.revision !== told || clock.now() - toldAt >= atLeastEveryMs) {
            told = board.revision;
            toldAt = clock.now();
            await stream.writeSSE({
              data: `${await liveParts(board.snapshot())}`,
              retry: retryMs,
            });
          }
          await clock.sleep(refreshMs, gone.signal).catch(() => undefined);
        }
      } finally {
        liveCount--;
      }
    });
  });
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
