import type { Host } from "../model/model.js";
import { mediaTypes } from "../routes/media.js";
import type { Json } from "./view.js";

/** The instance document, version 2. */
export function instanceV2(host: Host): Json {
  const { software, apiVersions } = host.behaviour;
  return {
    domain: host.domain,
    title: host.domain,
    version: software.version,
    source_url: software.sourceUrl,
    description: "A sandbox: nothing here leaves this machine.",
    usage: { users: { active_month: host.users.size } },
    thumbnail: { url: `${host.baseUrl}/images/preview.png`, blurhash: null, versions: {} },
    icon: [],
    languages: ["en"],
    configuration: {
      urls: {
        ...streamingUrl(host, "streaming"),
        status: null,
        about: `${host.baseUrl}/about`,
        privacy_policy: `${host.baseUrl}/privacy-policy`,
        terms_of_service: null,
      },
      vapid: { public_key: "" },
      ...limitsOf(host),
      translation: { enabled: false },
      limited_federation: false,
    },
    registrations: {
      enabled: false,
      approval_required: false,
      reason_required: false,
      message: null,
      min_age: null,
      url: null,
    },
    ...(apiVersions === undefined ? {} : { api_versions: apiVersions }),
    contact: { email: "", account: null },
    rules: [],
  };
}

/** The instance document, version 1. */
export function instanceV1(host: Host): Json {
  return {
    uri: host.domain,
    title: host.domain,
    short_description: "A sandbox: nothing here leaves this machine.",
    description: "",
    email: "",
    version: host.behaviour.software.version,
    urls: streamingUrl(host, "streaming_api"),
    stats: {
      user_count: host.users.size,
      status_count: countLocalStatuses(host),
      domain_count: host.world.hosts.size - 1,
    },
    thumbnail: `${host.baseUrl}/images/preview.png`,
    languages: ["en"],
    registrations: false,
    approval_required: false,
    invites_enabled: false,
    configuration: limitsOf(host),
    contact_account: null,
    rules: [],
  };
}

/** How many statuses the users of a host have written. */
export function countLocalStatuses(host: Host): number {
  let count = 0;
  for (const { account } of host.users.values()) count += account.statuses.length;
  return count;
}

/** The most characters a post on this host may have. */
export function maxCharactersOf(host: Host): number {
  return host.options.maxCharacters ?? host.behaviour.limits.maxCharacters;
}

function limitsOf(host: Host): Json {
  const { limits } = host.behaviour;
  return {
    accounts: {
      max_display_name_length: limits.maxDisplayName,
      max_note_length: limits.maxNote,
      max_featured_tags: 10,
      max_pinned_statuses: limits.maxPins,
      max_profile_fields: limits.maxFields,
      profile_field_name_limit: 255,
      profile_field_value_limit: 255,
    },
    statuses: {
      max_characters: maxCharactersOf(host),
      max_media_attachments: limits.maxMedia,
      characters_reserved_per_url: 23,
    },
    media_attachments: {
      description_limit: limits.maxDescription,
      image_matrix_limit: 33_177_600,
      image_size_limit: 16_777_216,
      supported_mime_types: mediaTypes,
      video_frame_rate_limit: 120,
      video_matrix_limit: 8_294_400,
      video_size_limit: 103_809_024,
    },
    polls: {
      max_options: 4,
      max_characters_per_option: 50,
      min_expiration: 300,
      max_expiration: 2_629_746,
    },
  };
}

function streamingUrl(host: Host, key: string): Json {
  const isTold = host.behaviour.advertisesStreaming && host.options.hasStreaming !== false;
  return isTold ? { [key]: host.baseUrl.replace(/^http/, "ws") } : {};
}
