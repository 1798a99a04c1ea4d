import { createHash } from "node:crypto";
import { type IdScheme, snowflakes } from "../api/model/ids.js";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const lowBits = 16n;

/** Sixteen bits that order, and as many hexadecimal digits that only look random. */
function parts(number: bigint, digits: number) {
  const hash = createHash("md5").update(String(number)).digest("hex");
  return {
    ms: number >> lowBits,
    low: (number & 0xffffn).toString(16).padStart(4, "0"),
    rest: hash.slice(0, digits),
  };
}

function inBase32(number: bigint, length: number): string {
  let text = "";
  for (let left = number; text.length < length; left >>= 5n) {
    text = `${crockford.charAt(Number(left & 31n))}${text}`;
  }
  return text;
}

function writeUlid(number: bigint): string {
  const { ms, low, rest } = parts(number, 16);
  return inBase32(ms, 10) + inBase32(BigInt(`0x${low}${rest}`), 16);
}

/** ULIDs, as GoToSocial gives them to everything. */
export const ulids: IdScheme = {
  write: writeUlid,
  keyOf: (id) => id,
  writeNotification: ({ number, createdMs }) =>
    writeUlid((BigInt(createdMs) << lowBits) + BigInt(number & 0xffff)),
};

function writeUuid(number: bigint): string {
  const { ms, low, rest } = parts(number, 14);
  const time = ms.toString(16).padStart(12, "0");
  const [a, b, c] = [low.slice(0, 3), `${low.slice(3)}${rest.slice(0, 2)}`, rest.slice(2)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a}-8${b}-${c}`;
}

/** UUIDs of the seventh version; notifications as Hollo has them, made of time, kind and a UUID. */
export const uuids: IdScheme = {
  write: writeUuid,
  keyOf: (id) => id.toLowerCase(),
  writeNotification: ({ number, createdMs, type }) => {
    const uuid = writeUuid((BigInt(createdMs) << lowBits) + BigInt(number & 0xffff));
    return `${new Date(createdMs).toISOString()}/${type}/${uuid}`;
  },
};

/** UUIDs with small numbers for notifications, as Mitra has them. */
export const uuidsAndNumbers: IdScheme = {
  ...uuids,
  writeNotification: snowflakes.writeNotification,
};

const stampLength = 10;

/** snac's: the second a file is of, and a hash that alone says which it is. */
export const stampedHashes: IdScheme = {
  write: (number) => {
    const { ms, low, rest } = parts(number, 25);
    const stamp = String(ms / 1_000n).padStart(stampLength, "0");
    return `${stamp}${(ms % 1_000n).toString(16).padStart(3, "0")}${low}${rest}`;
  },
  keyOf: (id) => id.toLowerCase().slice(stampLength),
  writeNotification: ({ number, createdMs }) => String(createdMs * 1_000 + (number % 1_000)),
};

/** The id that snac gives to the same post once it was edited. */
export function restamp(id: string, editedMs: number): string {
  const stamp = String(Math.floor(editedMs / 1_000)).padStart(stampLength, "0");
  return `${stamp}${id.slice(stampLength)}`;
}
