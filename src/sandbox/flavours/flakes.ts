import type { IdScheme } from "../api/model/ids.js";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const length = 18;
/** What stands between the time and the count: in truth the machine's address. */
const machine = 0x5ea5_1de5n;

/** Pleroma's ids: a time, a machine and a count in base 62; of notifications, small numbers. */
export const flakes: IdScheme = {
  write: (number) => {
    const time = number >> 16n;
    let rest = (time << 64n) | (machine << 16n) | (number & 0xffffn);
    let text = "";
    for (; rest > 0n; rest /= 62n) text = (digits[Number(rest % 62n)] ?? "") + text;
    return text.padStart(length, "0");
  },
  keyOf: (id) => id,
  writeNotification: ({ number }) => String(number),
};
