import { systemClock } from "../clock.js";
import type { Acct } from "../core/model.js";
import { createGateway } from "../mastodon/gateway.js";
import type { MastodonGateway, OutgoingPost } from "../ports.js";
import { type SandboxHost, type SandboxUser, startSandbox } from "../sandbox/index.js";

/** Two hosts, and everything a test of the gateway needs of them; new people for every test. */
export class GatewayStage implements AsyncDisposable {
  static async open(): Promise<GatewayStage> {
    const sandbox = await startSandbox({
      hosts: [
        { domain: "here.test", hasRateLimits: false },
        { domain: "there.test", hasRateLimits: false },
      ],
    });
    return new GatewayStage(sandbox.host("here.test"), sandbox.host("there.test"), () =>
      sandbox.close(),
    );
  }

  readonly here: SandboxHost;
  readonly there: SandboxHost;
  readonly #close: () => Promise<void>;
  #round = 0;

  private constructor(here: SandboxHost, there: SandboxHost, close: () => Promise<void>) {
    this.here = here;
    this.there = there;
    this.#close = close;
  }

  /** A group and a member here, a stranger there, and the group's gateway. */
  cast() {
    this.here.faults.clear();
    const n = ++this.#round;
    const warnings: string[] = [];
    const group = this.here.addUser({ username: `group${n}`, isBot: true, note: "A group #nobot" });
    return {
      group,
      carol: this.here.addUser({ username: `carol${n}` }),
      ada: this.there.addUser({ username: `ada${n}` }),
      gateway: this.gatewayOf(group, { warnings }),
      /** What the gateway warned of. */
      warnings,
    };
  }

  gatewayOf(
    { acct, token }: SandboxUser,
    options: { readonly requestTimeoutMs?: number; readonly warnings?: string[] } = {},
  ): MastodonGateway {
    return createGateway({
      baseUrl: this.here.baseUrl,
      token,
      acct: acct as Acct,
      clock: systemClock,
      version: "1.2.3",
      requestTimeoutMs: options.requestTimeoutMs,
      log: { debug: () => {}, warn: (_fields, message) => options.warnings?.push(message) },
    });
  }

  /** The body of the last request, other than GET, whose path matches. */
  bodyOf(path: RegExp): unknown {
    return this.here.requests.findLast((each) => each.method !== "GET" && path.test(each.path))
      ?.body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}

/** A public "Hello", unless told otherwise. */
export function outgoing(more: Partial<OutgoingPost> = {}): OutgoingPost {
  return {
    text: "Hello",
    inReplyTo: undefined,
    visibility: "public",
    spoilerText: "",
    isSensitive: false,
    mediaIds: [],
    language: undefined,
    key: "k1",
    ...more,
  };
}
