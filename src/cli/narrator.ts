import type { ApiAccount, ApiStatus, RecordedRequest, SandboxHost } from "../sandbox/surface.js";
import { plain } from "../stage/stage.js";

const maxQuoteLength = 160;

/** Tells in plain words what people and groups do on one host, from the requests it receives. */
export class Narrator {
  readonly #host: SandboxHost;
  /** Looks up what a request only gives an id of. */
  readonly #observer: string;
  readonly #tell: (line: string) => void;
  #seen = 0;
  /** What was under way when we looked last. */
  #open: readonly RecordedRequest[] = [];

  constructor(host: SandboxHost, observer: string, tell: (line: string) => void) {
    this.#host = host;
    this.#observer = observer;
    this.#tell = tell;
  }

  /** Tells what has happened since the last call. */
  async look(): Promise<void> {
    const { requests } = this.#host;
    const fresh = [...this.#open, ...requests.slice(this.#seen)].filter(isDeed);
    this.#seen = requests.length;
    this.#open = fresh.filter(({ status }) => status === undefined);
    for (const request of fresh) {
      if (request.status === undefined || request.status >= 300) continue;
      const line = await this.#describe(request).catch(() => undefined);
      if (line !== undefined) this.#tell(line);
    }
  }

  async #describe({ method, path, body, username }: RecordedRequest): Promise<string | undefined> {
    const who = `${username}@${this.#host.domain}`;
    const [, kind = "", id = "", deed = ""] =
      /^\/api\/v1\/(statuses|accounts)(?:\/([^/]+))?(?:\/([^/]+))?$/u.exec(path) ?? [];
    if (kind === "statuses" && id === "") {
      return `${who} posts (${field(body, "visibility") ?? "public"}${field(body, "in_reply_to_id") === undefined ? "" : ", a reply"}): ${quote(field(body, "status") ?? "")}`;
    }
    if (method === "DELETE") return `${who} deletes a post`;
    if (kind === "statuses" && deed === "reblog") return `${who} boosts ${await this.#post(id)}`;
    if (kind === "statuses" && deed === "unreblog") {
      return `${who} takes back the boost of ${await this.#post(id)}`;
    }
    if (kind === "accounts" && /^(?:un)?follow$/u.test(deed)) {
      const { acct } = await this.#get<ApiAccount>(`/api/v1/accounts/${id}`);
      return `${who} ${deed}s ${this.#full(acct)}`;
    }
    return undefined;
  }

  async #post(id: string): Promise<string> {
    const status = await this.#get<ApiStatus>(`/api/v1/statuses/${id}`);
    return `the post of ${this.#full(status.account.acct)}: ${quote(plain(status))}`;
  }

  #full(acct: string): string {
    return acct.includes("@") ? acct : `${acct}@${this.#host.domain}`;
  }

  #get<T>(path: string): Promise<T> {
    return this.#host.user(this.#observer).api<T>("GET", path);
  }
}

function isDeed({ method, path, username }: RecordedRequest): boolean {
  return username !== undefined && method !== "GET" && /^\/api\/v1\/(?:st|acc)/u.test(path);
}

function field(body: unknown, key: string): string | undefined {
  const value = typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function quote(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return `“${line.length > maxQuoteLength ? `${line.slice(0, maxQuoteLength)}…` : line}”`;
}
