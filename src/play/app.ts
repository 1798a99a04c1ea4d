import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { messageOf } from "../errors.js";
import type { Clock } from "../ports.js";
import type { ApiStatus } from "../sandbox/index.js";
import { plain } from "../stage/stage.js";
import { guard } from "../web/guard.js";
import { LiveStreams } from "../web/live.js";
import { script as liveScript } from "../web/script.js";
import { style as pageStyle } from "../web/style.js";
import { type Draft, examplesFor, ordersFor } from "./composer.js";
import { perform, toDeed } from "./deeds.js";
import { Onlooker } from "./onlooker.js";
import { liveParts, playPage } from "./page.js";
import type { Scene } from "./scene.js";
import { script } from "./script.js";
import { style } from "./style.js";
import type { World } from "./world.js";

const lookEveryMs = 100;
/** A proxy or a closed lid is noticed by then. */
const atLeastEveryMs = 15_000;
const maxCount = 20;

/** What an address of the page may say. */
interface Query {
  readonly as?: string;
  readonly text?: string;
  readonly visibility?: string;
  readonly reply?: string;
}

/** The playground, for a browser on this machine. */
export function playApp(world: World, clock: Clock): Hono {
  const app = new Hono();
  const onlooker = new Onlooker(world);
  const live = new LiveStreams(clock, { lookEveryMs, atLeastEveryMs, maxCount });
  app.use("*", guard({ hasForms: true }));
  app.use("*", csrf());
  const page = async (query: Query, problem?: string) => {
    const scene = await onlooker.look(query.as);
    const draft = await draftFor(world, scene, query);
    const mention = mentionFor(scene);
    const [tag] = scene.group.tags;
    const suggestions = [...examplesFor(mention, tag), ...ordersFor(mention, world.model.texts)];
    return playPage({ scene, draft, suggestions, problem });
  };
  app.get("/", async (c) => c.html(await page(c.req.query())));
  app.get("/style.css", (c) =>
    c.body(pageStyle + style, 200, { "content-type": "text/css; charset=utf-8" }),
  );
  app.get("/play.js", (c) =>
    c.body(liveScript + script, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  app.post("/do", async (c) => {
    const form = await c.req.parseBody();
    const deed = toDeed(form);
    if (deed === undefined) return c.text("That is no form of this page.", 400);
    const isScript = c.req.header("accept") === "text/plain";
    try {
      const as = await perform(world, deed);
      return isScript ? c.body(null, 204) : c.redirect(`/?as=${encodeURIComponent(as)}`, 303);
    } catch (error) {
      const problem = problemIn(error);
      return isScript ? c.text(problem, 422) : c.html(await page({ as: deed.as }, problem), 422);
    }
  });
  app.get("/live", (c) => {
    const as = c.req.query("as");
    return live.serve(c, {
      revision: () => world.revision,
      // While the world begins anew there is nobody to ask; the next look finds it.
      render: () => onlooker.look(as).then(liveParts, () => undefined),
    });
  });
  app.onError((error, c) =>
    error instanceof HTTPException ? error.getResponse() : c.text(messageOf(error), 500),
  );
  return app;
}

/** How the viewer calls the group: shortly on its own server. */
function mentionFor({ viewer, group }: Scene): string {
  const [name = "", domain = ""] = group.acct.split("@");
  return viewer.acct.endsWith(`@${domain}`) ? `@${name}` : `@${group.acct}`;
}

async function draftFor(world: World, scene: Scene, query: Query): Promise<Draft> {
  const { text, visibility = "public", reply } = query;
  const plainDraft: Draft = {
    text: text ?? `${mentionFor(scene)} `,
    visibility,
    warning: "",
    replyTo: undefined,
  };
  const user = world.people.find(({ acct }) => acct === scene.viewer.acct);
  if (reply === undefined || user === undefined) return plainDraft;
  try {
    const path = `/api/v1/statuses/${encodeURIComponent(reply)}`;
    const status = await user.api<ApiStatus>("GET", path);
    const names = [status.account, ...status.mentions]
      .map(({ acct }) => acct)
      .filter((acct) => acct !== user.username && acct !== user.acct);
    return {
      text: text ?? [...new Set(names)].map((name) => `@${name} `).join(""),
      visibility: query.visibility ?? status.visibility,
      warning: status.spoiler_text,
      replyTo: { id: reply, author: status.account.acct, text: plain(status) },
    };
  } catch {
    // Deleted in the meantime.
    return plainDraft;
  }
}

/** What the server said, without the words of the request. */
function problemIn(error: unknown): string {
  const message = messageOf(error);
  const body = /gave \d+: (.*)$/su.exec(message)?.[1];
  const said = /"error":\s*"((?:[^"\\]|\\.)*)"/u.exec(body ?? "")?.[1];
  return said === undefined ? message : `The server refuses: ${said}`;
}
