import { describe, expect, it } from "vitest";
import { fixture, type RecordedServer } from "../../testing/fixtures.js";
import { at, openFlavour } from "../../testing/flavour-stage.js";
import type { FlavourName } from "../surface.js";

const oddText =
  "snake_case_word *star* 1. one\n# not a heading\n> not a quote\n@alice@HOST a_b_c@d <script>x</script> & &amp; https://example.com/a_b?x=1&y=2 :smile: #tag_one end";

/** What was recorded, where, and what was written there. */
const recorded: readonly {
  readonly server: RecordedServer;
  readonly flavour: FlavourName;
  readonly name: string;
  readonly text: string;
}[] = [
  {
    ...{ server: "gotosocial", flavour: "gotosocial-0.20", name: "post-plain" },
    text: 'plain *text* <b>bold</b> & "quotes"\nsecond line\n\nthird paragraph @alice #Foo https://example.org/a_b',
  },
  { server: "hollo", flavour: "hollo", name: "157-post-special-characters", text: oddText },
  { server: "snac", flavour: "snac", name: "162-post-special-characters", text: oddText },
];

/** The addresses of a recording and of a stage, brought to the same words. */
function neutral(html: string, base: string, domain: string): string {
  return html
    .replaceAll(base, "BASE")
    .replaceAll(domain, "HOST")
    .replace(/mwp\w+/g, "end")
    .replace(/>\n</g, "><");
}

describe("a flavour writes HTML as its server did", () => {
  it.each(recorded)("$server/$name", async ({ server, flavour, name, text }) => {
    await using stage = await openFlavour(flavour);
    const { baseUrl, domain } = stage.here;
    const status = text.replaceAll("HOST", domain);
    const answer = await stage.ask(stage.groupbot, "POST", "/api/v1/statuses", { status });
    const theirs = at(fixture(server, name), "content");
    const url = new URL(String(at(fixture(server, name), "url")));
    expect(neutral(String(at(answer, "content")), baseUrl, domain)).toBe(
      neutral(String(theirs), url.origin, url.host),
    );
  });

  it("reads Markdown on GoToSocial only for posts that ask for it", async () => {
    await using stage = await openFlavour("gotosocial-0.20");
    const status =
      "# Heading\n\n**bold** _it_ `code` ~~del~~ snake_case\n\n- a\n- b\n\n> quote\n\none\ntwo";
    const post = async (type: string) => {
      const body = { status, content_type: type };
      return at(await stage.ask(stage.groupbot, "POST", "/api/v1/statuses", body), "content");
    };
    expect(await post("text/markdown")).toBe(
      "<h1>Heading</h1><p><strong>bold</strong> <em>it</em> <code>code</code> <del>del</del> snake_case</p><ul><li>a</li><li>b</li></ul><blockquote><p>quote</p></blockquote><p>one<br>two</p>",
    );
    expect(await post("text/plain")).toContain("**bold**");
  });

  it("takes an entity for its sign, by number not on GoToSocial", async () => {
    const shown = async (flavour: FlavourName) => {
      await using stage = await openFlavour(flavour);
      const body = { status: "&lt;b> &#42;a&#42;", content_type: "text/markdown" };
      return at(await stage.ask(stage.groupbot, "POST", "/api/v1/statuses", body), "content");
    };
    for (const flavour of ["glitch", "pleroma-2.7", "akkoma-3.16", "mitra"] as const) {
      expect(await shown(flavour)).toBe("<p>&lt;b&gt; &#42;a&#42;</p>");
    }
    expect(await shown("gotosocial-0.20")).toBe("<p>&lt;b&gt; &amp;#42;a&amp;#42;</p>");
  });

  it("takes a backslash before a sign for its harmlessness", async () => {
    await using stage = await openFlavour("hollo");
    const status = "\\*no emphasis\\* 1\\. no list \\# \\> a\\_b\\_c";
    const answer = await stage.ask(stage.groupbot, "POST", "/api/v1/statuses", { status });
    expect(at(answer, "content")).toBe("<p>*no emphasis* 1. no list # &gt; a_b_c</p>\n");
  });
});
