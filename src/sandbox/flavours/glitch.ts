import { type Behaviour, mastodon46 as vanilla } from "../api/behaviour.js";
import { maxCharactersOf } from "../api/wire/instance.js";
import { escapeHtml, type RenderContext, renderInline } from "../api/wire/render.js";
import type { ApiAnswer } from "../seam.js";
import { mastodonServer as server } from "../server/mastodon.js";
import { objectIn, wrapRoutes } from "./alter.js";
import type { Flavour } from "./flavour.js";
import { type Dialect, renderAround, renderMarkdown } from "./markup.js";

const { entities } = vanilla;
const contentTypes = ["text/plain", "text/markdown", "text/html"];

const api: Behaviour = {
  ...vanilla,
  software: {
    name: "mastodon",
    version: `${vanilla.software.version}+glitch`,
    sourceUrl: "https://github.com/glitch-soc/mastodon",
  },
  apiVersions: { ...vanilla.apiVersions, glitch: 1 },
  render: (text, context) =>
    context.contentType === "text/markdown" && text.trim() !== ""
      ? renderAround(text, context, dialectOf(context), (marked) =>
          renderMarkdown(marked, { escape: escapeHtml, lineBreak: "<br />" }).join(""),
        )
      : vanilla.render(text, context),
  entities: {
    ...entities,
    status: (view, status) => ({
      ...entities.status(view, status),
      local_only: false,
      content_type: status.author.host === view.host ? (status.contentType ?? "text/plain") : null,
    }),
  },
  adaptRoutes: (routes, options, host) => {
    const addLimits = (answer: ApiAnswer, extra: Readonly<Record<string, unknown>>) => {
      const document = objectIn(answer.body);
      const { configuration } = document;
      const { statuses } = objectIn(configuration);
      return {
        ...answer,
        body: {
          ...document,
          ...extra,
          configuration: {
            ...objectIn(configuration),
            statuses: { ...objectIn(statuses), supported_mime_types: contentTypes },
          },
        },
      };
    };
    return wrapRoutes(vanilla.adaptRoutes(routes, options, host), {
      "GET /api/v1/instance": async (request, base) =>
        addLimits(await base(request), { max_toot_chars: maxCharactersOf(host) }),
      "GET /api/v2/instance": async (request, base) => addLimits(await base(request), {}),
    });
  },
};

/** glitch-soc: Mastodon 4.6 with other kinds of text. */
export const glitch: Flavour = { api, server };

/** Links as in plain text. */
function dialectOf(context: RenderContext): Dialect {
  return {
    mention: ({ username, host }) => renderInline(`@${username}@${host.domain}`, context),
    tag: (tag) => renderInline(`#${tag}`, context),
    link: (url) => renderInline(url, context),
  };
}
