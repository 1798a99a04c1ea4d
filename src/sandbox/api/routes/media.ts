import type { ApiAnswer, ApiRoute } from "../../seam.js";
import type { Media } from "../model/model.js";
import { ApiError, invalid } from "../wire/api-error.js";
import { textOf } from "../wire/input.js";
import { type Call, type Declare, mediaById, ok } from "./kit.js";

/** Uploading and describing files. */
export function mediaRoutes(declare: Declare): readonly ApiRoute[] {
  const scope = "write:media";
  const family = { family: "media" } as const;
  const present = (call: Call, media: Media) => ok(call.entities.media(call.view, media));
  return [
    declare("POST", "/api/v1/media", scope, upload, family),
    // Here all files are processed at once, so this answers 200 and not 202.
    declare("POST", "/api/v2/media", scope, upload, family),
    declare("GET", "/api/v1/media/:id", scope, (call) => present(call, unattached(call))),
    declare("PUT", "/api/v1/media/:id", scope, (call) => {
      const media = unattached(call);
      const description = textOf(call.body, "description");
      if (description !== undefined) media.description = checkDescription(call, description);
      return present(call, media);
    }),
    declare("DELETE", "/api/v1/media/:id", scope, (call) => {
      const media = unattached(call);
      call.host.media.delete(media.path);
      call.host.ids.forget(media);
      return ok({});
    }),
  ];
}

const extensions: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/avif": "avif",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg",
};

/** The types a server takes, as its instance document tells. */
export const mediaTypes: readonly string[] = Object.keys(extensions);

function upload(call: Call): ApiAnswer {
  const { host } = call;
  const { file } = call.files;
  if (file === undefined) throw invalid("File can't be blank");
  const extension = extensions[file.type];
  if (extension === undefined) {
    throw invalid("File content type is invalid, File is invalid");
  }
  const createdMs = host.world.now();
  const id = host.ids.reserve(createdMs);
  const media: Media = {
    owner: call.me().account,
    path: `/media/${id}.${extension}`,
    type: file.type,
    bytes: file.bytes,
    description: checkDescription(call, textOf(call.body, "description") ?? ""),
    status: undefined,
  };
  host.ids.assign(media, id);
  host.media.set(media.path, media);
  return ok(call.entities.media(call.view, media));
}

function checkDescription({ host }: Call, description: string): string | null {
  const { maxDescription } = host.behaviour.limits;
  if (description.length > maxDescription) {
    throw invalid(`Description is too long (maximum is ${maxDescription} characters)`);
  }
  return description === "" ? null : description;
}

/** Once a file is attached, only its status tells about it. */
function unattached(call: Call): Media {
  const media = mediaById(call, call.id);
  if (media.status !== undefined) throw new ApiError(404, "Record not found");
  return media;
}
