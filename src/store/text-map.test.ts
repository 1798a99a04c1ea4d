import { expect, it } from "vitest";
import { TextMap } from "./text-map.js";

it("finds values by their path, and the line they are on", () => {
  const text = "{a: 1, // c\n a: {b:\r\n [1,\u2028 2]}}";
  const map = new TextMap(text);
  const found = (...path: (string | number)[]) => {
    const span = map.locate(path);
    return span && [text.slice(span.start, span.end), map.lineAt(span.start)];
  };
  expect(found("a", "b", 1)).toEqual(["2", 4]);
  expect(found("a", "b")).toEqual(["[1,\u2028 2]", 3]);
  expect(found("a")?.[1]).toBe(2);
  expect(found()?.[1]).toBe(1);
  expect(found("b")).toBeUndefined();
  expect(found("a", "b", 2)).toBeUndefined();
});
