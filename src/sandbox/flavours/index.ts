import type { FlavourName, HostOptions } from "../surface.js";
import { akkoma316 } from "./akkoma.js";
import type { Flavour } from "./flavour.js";
import { friendica } from "./friendica.js";
import { glitch } from "./glitch.js";
import { gotosocial } from "./gotosocial.js";
import { hollo } from "./hollo.js";
import { mastodon42 } from "./mastodon-4.2.js";
import { mastodon46 } from "./mastodon-4.6.js";
import { mitra } from "./mitra.js";
import { pleroma27 } from "./pleroma.js";
import { snac } from "./snac.js";

const flavours: Readonly<Record<FlavourName, Flavour>> = {
  "mastodon-4.6": mastodon46,
  "mastodon-4.2": mastodon42,
  glitch,
  "pleroma-2.7": pleroma27,
  "akkoma-3.16": akkoma316,
  "gotosocial-0.20": gotosocial,
  hollo,
  snac,
  mitra,
  friendica,
};

/** The kind of server that a host plays. */
export function flavourOf(options: HostOptions): Flavour {
  return flavours[options.flavour ?? "mastodon-4.6"];
}

/** The names of all flavours. */
export const flavourNames: readonly string[] = Object.keys(flavours);

/** Tells whether there is a flavour with that name. */
export function isFlavourName(name: string): name is FlavourName {
  return Object.hasOwn(flavours, name);
}
