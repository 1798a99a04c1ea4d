import { BadRequestError, nestParams } from "./params.js";

/** The files of a multipart body, by field name. */
export type Files = Readonly<Record<string, { readonly bytes: Uint8Array; readonly type: string }>>;

/** A request's body, understood. */
export interface ParsedBody {
  readonly params: Readonly<Record<string, unknown>>;
  readonly files: Files;
  /** For the request log: the parameters, or the text when it is none of the known kinds. */
  readonly recorded: unknown;
  readonly isBroken: boolean;
  /** The Content-Type header; empty when there was none. */
  readonly type: string;
  readonly isEmpty: boolean;
}

const nothing = { params: {}, files: {}, recorded: undefined, isBroken: false };

/** Reads JSON, form and multipart bodies alike; never throws for what the client wrote. */
export async function readBody(request: Request): Promise<ParsedBody> {
  const type = request.headers.get("content-type") ?? "";
  if (request.method === "GET" || request.method === "HEAD") {
    return { ...nothing, type, isEmpty: true };
  }
  const bytes = await request.arrayBuffer();
  const isEmpty = bytes.byteLength === 0;
  return { ...(isEmpty ? nothing : await parse(bytes, type)), type, isEmpty };
}

type Content = Omit<ParsedBody, "type" | "isEmpty">;

async function parse(bytes: ArrayBuffer, type: string): Promise<Content> {
  const text = () => new TextDecoder().decode(bytes);
  try {
    if (/^application\/([\w.]+\+)?json\b/i.test(type)) return fromJson(text());
    if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
      const params = nestParams(new URLSearchParams(text()));
      return { params, files: {}, recorded: params, isBroken: false };
    }
    if (/^multipart\/form-data\b/i.test(type)) {
      return await fromForm(
        await new Response(bytes, { headers: { "content-type": type } }).formData(),
      );
    }
  } catch (error) {
    // TypeError: a multipart body without its boundary.
    const isTheirs = [BadRequestError, SyntaxError, TypeError].some(
      (kind) => error instanceof kind,
    );
    if (!isTheirs) throw error;
    return { ...nothing, recorded: text(), isBroken: true };
  }
  return { ...nothing, recorded: text() };
}

function fromJson(text: string): Content {
  const value: unknown = JSON.parse(text);
  const params = isObject(value) ? value : { _json: value };
  return { params, files: {}, recorded: value, isBroken: false };
}

async function fromForm(form: FormData): Promise<Content> {
  const pairs: [string, string][] = [];
  const files: Record<string, { bytes: Uint8Array; type: string }> = {};
  const described: Record<string, unknown> = {};
  for (const [name, value] of form) {
    if (typeof value === "string") {
      pairs.push([name, value]);
      continue;
    }
    const bytes = new Uint8Array(await value.arrayBuffer());
    files[name] = { bytes, type: value.type };
    described[name] = { name: value.name, type: value.type, size: bytes.byteLength };
  }
  const params = nestParams(pairs);
  return { params, files, recorded: { ...params, ...described }, isBroken: false };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
