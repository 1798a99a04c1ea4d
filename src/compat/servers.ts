import type { FlavourName } from "../sandbox/surface.js";

/** Things that some servers have and others lack. */
export type Feature = "streaming" | "markup" | "neighbours" | "warnings";

/** A kind of server as the scenarios need to know it, written down apart from the daemon's own table. */
export interface Server {
  readonly flavour: FlavourName;
  /** For people. */
  readonly title: string;
  readonly features: ReadonlySet<Feature>;
  /**
   * `asked`: markdown is to be asked for by `content_type`; `always`: every post is read as such;
   * `light`: every post is read as something like it that knows no backslashes.
   */
  readonly markdown: "never" | "asked" | "always" | "light";
  /** `graphemes`: as Mastodon does, where links and handles are cheap. */
  readonly counts: "graphemes" | "code-points";
  /** Are new accounts locked there? */
  readonly locksAccounts: boolean;
}

/** What Mastodon is like; the others are told by what they differ in. */
const mastodon: Server = {
  flavour: "mastodon-4.6",
  title: "Mastodon 4.6",
  features: new Set(["streaming", "neighbours", "warnings"]),
  markdown: "never",
  counts: "graphemes",
  locksAccounts: false,
};

const pleroma: Server = {
  ...mastodon,
  flavour: "pleroma-2.7",
  title: "Pleroma 2.7",
  features: new Set(["streaming", "markup", "neighbours", "warnings"]),
  markdown: "asked",
  counts: "code-points",
};

const mitra: Server = {
  ...pleroma,
  flavour: "mitra",
  title: "Mitra",
  features: new Set(["markup", "neighbours"]),
  markdown: "always",
};

/** Every kind of server that the sandbox can play, in the order of the page. */
export const servers: readonly Server[] = [
  mastodon,
  { ...mastodon, flavour: "mastodon-4.2", title: "Mastodon 4.2" },
  {
    ...mastodon,
    flavour: "glitch",
    title: "glitch-soc",
    features: new Set(["streaming", "markup", "neighbours", "warnings"]),
    markdown: "asked",
  },
  pleroma,
  { ...pleroma, flavour: "akkoma-3.16", title: "Akkoma 3.16" },
  { ...pleroma, flavour: "gotosocial-0.20", title: "GoToSocial 0.20", locksAccounts: true },
  { ...mitra, flavour: "hollo", title: "Hollo", features: new Set(["markup", "warnings"]) },
  {
    ...mitra,
    flavour: "snac",
    title: "snac",
    markdown: "light",
    features: new Set(["markup", "neighbours", "warnings"]),
  },
  mitra,
  { ...mitra, flavour: "friendica", title: "Friendica" },
];
