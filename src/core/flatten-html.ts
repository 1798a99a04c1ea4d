/** A piece of text that lies in one link and is either quoted or not. */
export interface Run {
  /** Line breaks in front of it; two make a blank line. */
  readonly breaks: 0 | 1 | 2;
  /** HTML without tags: entities are not decoded, and no `<` occurs. */
  readonly html: string;
  /** The link around it, as HTML too; the same object for all runs of one link. */
  readonly link: { readonly href: string } | undefined;
  /** True in a quotation or in code. */
  readonly isQuoted: boolean;
}

const blockNames = new Set(
  (
    "address article aside blockquote center dd details dialog div dl dt fieldset figcaption " +
    "figure footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre " +
    "section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);
const quotingNames = new Set(["blockquote", "code", "kbd", "pre", "q", "samp", "tt"]);
/** Their content is not markup, so only their own end tag ends them. */
const rawNames = new Set(["iframe", "noembed", "noframes", "script", "style", "xmp"]);
const droppedNames = new Set(["head", "noscript", "object", "rp", "rt", "svg", "template"]);
/** Elements that a new one of the same name ends, since their end tags may be left out. */
const selfEndingNames = new Set(["p", "li", "dd", "dt", "rp", "rt"]);
const voidNames = new Set("area base br col embed hr img input link meta wbr".split(" "));

const hrefMaxLength = 2000;

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly href: string | undefined;
  readonly isHidden: boolean;
  /** Where the text after the tag begins; `undefined` when the tag never ends. */
  readonly end: number | undefined;
}

// Made once: a pattern within a function is made anew at each call.
const namePattern = /[^\s/>]*/y;
const attribute = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)?))?/y;
const close = /[\s/]*>/y;
const tagStart = /<\/?[a-z]/iy;

function readTag(html: string, start: number): Tag {
  const isEnd = html[start + 1] === "/";
  namePattern.lastIndex = start + (isEnd ? 2 : 1);
  const name = (namePattern.exec(html)?.[0] ?? "").toLowerCase();
  attribute.lastIndex = namePattern.lastIndex;
  let href: string | undefined;
  let isHidden = false;
  let end = namePattern.lastIndex;
  for (let found = attribute.exec(html); found !== null; found = attribute.exec(html)) {
    end = attribute.lastIndex;
    const value = found[2] ?? found[3] ?? found[4] ?? "";
    switch (found[1]?.toLowerCase()) {
      case "href":
        href ??= value.length > hrefMaxLength ? undefined : value;
        break;
      case "hidden":
        isHidden = true;
        break;
      case "style":
        isHidden ||= /display\s{0,9}:\s{0,9}none/i.test(value);
        break;
      case "class":
        // The fallback line for a quote post (Pleroma: a `<span>`). It stands beside the quote itself.
        isHidden ||= /^(?:p|span)$/.test(name) && /(?<!\S)quote-inline(?!\S)/.test(value);
        break;
    }
  }
  close.lastIndex = end;
  return { name, isEnd, href, isHidden, end: close.test(html) ? close.lastIndex : undefined };
}

/** Where the markup begun at `start`, which is no tag, ends; `undefined` when it is text. */
function skipDeclaration(html: string, start: number): number | undefined {
  if (html.startsWith("<!--", start)) {
    const end = html.indexOf("-->", start + 2);
    return end === -1 ? html.length : end + 3;
  }
  return /^[!?/]$/.test(html[start + 1] ?? "") ? html.indexOf(">", start) + 1 : undefined;
}

/** Collects the runs; keeps track of what white space around them means. */
class Runs {
  readonly list: Run[] = [];
  #text = "";
  #link: Run["link"];
  #isQuoted = false;
  #breaks: Run["breaks"] = 0;
  /** Explicit line breaks, line ends in the text, and ends of blocks since the last text. */
  #explicit = 0;
  #inText = 0;
  #isAtEdge = false;

  breakLine(): void {
    this.#explicit += 1;
  }

  startBlock(): void {
    this.#isAtEdge = true;
  }

  add(html: string, link: Run["link"], isQuoted: boolean): void {
    if (!html.includes("\n")) {
      this.#addLine(html, link, isQuoted);
      return;
    }
    for (const [index, line] of html.split("\n").entries()) {
      if (index > 0) this.#inText += 1;
      this.#addLine(line, link, isQuoted);
    }
  }

  flush(): void {
    if (this.#text === "") return;
    this.list.push({
      breaks: this.#breaks,
      html: this.#text,
      link: this.#link,
      isQuoted: this.#isQuoted,
    });
    this.#text = "";
  }

  #addLine(line: string, link: Run["link"], isQuoted: boolean): void {
    // A line end beside `<br>` or beside a block is layout of the markup, so they do not add up.
    const wanted = Math.max(this.#explicit, this.#isAtEdge ? 1 : this.#inText);
    const isStart = this.list.length === 0 && this.#text === "";
    if (line === "" || ((wanted > 0 || isStart) && !/\S/.test(line))) return;
    const breaks = isStart ? 0 : wanted > 1 ? 2 : wanted === 1 ? 1 : 0;
    if (breaks > 0 || link !== this.#link || isQuoted !== this.#isQuoted) {
      this.flush();
      this.#breaks = breaks;
      this.#link = link;
      this.#isQuoted = isQuoted;
    }
    this.#text += line;
    this.#explicit = 0;
    this.#inText = 0;
    this.#isAtEdge = false;
  }
}

/** Follows the tags: what is open, and whether it is shown. */
class Reader {
  readonly runs = new Runs();
  #link: Run["link"];
  readonly #quotes = new Map<string, number>();
  #quoteCount = 0;
  /** The element that is being left out, and how many of its name are open in it. */
  #dropped: { name: string; depth: number } | undefined;

  text(html: string): void {
    if (this.#dropped === undefined && html !== "") {
      this.runs.add(html, this.#link, this.#quoteCount > 0);
    }
  }

  tag(tag: Tag): void {
    if (this.#dropped !== undefined) this.#trackDropped(this.#dropped, tag);
    if (this.#dropped !== undefined) return;
    const { name, isEnd } = tag;
    if (name === "br") this.runs.breakLine();
    if (blockNames.has(name)) this.runs.startBlock();
    if (name === "a") this.#link = isEnd || tag.href === undefined ? undefined : { href: tag.href };
    if (quotingNames.has(name)) this.#quote(name, isEnd);
    if (!isEnd && (tag.isHidden || droppedNames.has(name)) && !voidNames.has(name)) {
      this.#dropped = { name, depth: 1 };
    }
  }

  #quote(name: string, isEnd: boolean): void {
    const open = this.#quotes.get(name) ?? 0;
    if (isEnd && open === 0) return;
    const step = isEnd ? -1 : 1;
    this.#quotes.set(name, open + step);
    this.#quoteCount += step;
  }

  #trackDropped(dropped: { name: string; depth: number }, { name, isEnd }: Tag): void {
    if (name === dropped.name && !selfEndingNames.has(name)) dropped.depth += isEnd ? -1 : 1;
    const isOver = selfEndingNames.has(dropped.name)
      ? name === dropped.name || (isEnd && name === "ruby")
      : dropped.depth === 0;
    if (isOver) this.#dropped = undefined;
  }
}

/**
 * The text of an HTML fragment as a flat list, in time linear in its length and for any input. It
 * comes before the DOM, whose builder and readers recurse with the nesting and are quadratic in
 * attributes, unclosed tags and white space: measured, 25 kB of nested `<div>` overflow the stack
 * and 6 kB of unclosed `<b>` take 34 seconds.
 */
export function flattenHtml(html: string): readonly Run[] {
  const reader = new Reader();
  // What follows the last `>` holds no tag, so a `<` there was meant as one.
  const lastEnd = html.lastIndexOf(">");
  let position = 0;
  for (
    let start = html.indexOf("<");
    start !== -1 && start < lastEnd;
    start = html.indexOf("<", position)
  ) {
    reader.text(html.slice(position, start));
    tagStart.lastIndex = start;
    if (tagStart.test(html)) {
      const tag = readTag(html, start);
      reader.tag(tag);
      position = skipRaw(html, tag) ?? html.length;
    } else {
      const end = skipDeclaration(html, start);
      if (end === undefined) reader.text("&lt;");
      position = end ?? start + 1;
    }
  }
  reader.text(html.slice(position).replaceAll("<", "&lt;"));
  reader.runs.flush();
  return reader.runs.list;
}

function skipRaw(html: string, { name, isEnd, end }: Tag): number | undefined {
  if (end === undefined || isEnd || !rawNames.has(name)) return end;
  const endTag = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  endTag.lastIndex = end;
  // Apart from the search for the name, lest each one without a `>` be read to the end.
  const close = endTag.test(html) ? html.indexOf(">", endTag.lastIndex) : -1;
  return close === -1 ? undefined : close + 1;
}
