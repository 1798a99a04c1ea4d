import fc from "fast-check";
import { SerializerNativeImpl } from "masto/adapters/serializers/index.js";
import { describe, expect, it } from "vitest";
import { parseJson } from "./json.js";

const masto = new SerializerNativeImpl();
const keys = fc.oneof(
  fc.constantFrom(
    "id",
    "in_reply_to_id",
    "spoilerText",
    "x2y",
    "_a_b",
    "a:b_c",
    "__proto__",
    "",
    "__",
  ),
  // masto takes what has a field of this name for no object.
  fc.string().filter((key) => key !== "constructor"),
);

describe("parseJson", () => {
  it("reads what masto reads", () => {
    const anything = fc.object({ key: keys, maxDepth: 4, withNullPrototype: false });
    fc.assert(
      fc.property(anything, (value) => {
        const body = JSON.stringify(value);
        for (let time = 0; time < 2; time++) {
          expect(parseJson(body)).toEqual(masto.deserialize("json", body));
        }
      }),
    );
  });

  it("makes a field of a key that is more to JavaScript", () => {
    const read = parseJson('{"__proto__":{"is_admin":true}}');
    expect(Object.keys(Object(read))).toEqual(["__proto__"]);
    expect(Object(read).isAdmin).toBeUndefined();
  });

  it.each(["", "<html>", `${"[".repeat(200_000)}${"]".repeat(200_000)}`])(
    "refuses %.9s",
    (body) => {
      expect(() => parseJson(body)).toThrow();
    },
  );
});
