import { expect, it } from "vitest";
import { replay } from "../core/remembered.js";
import { ranBefore } from "../testing/group-bench.js";
import { GroupMemory } from "./memory.js";

it("writes down that a time was of a clock that was ahead: after a death, what came since would be old", () => {
  const ahead = { ...ranBefore, lastNotificationAt: 9000 };
  const memory = new GroupMemory(ahead, () => 1000);
  expect(memory.notifications.noteRead()).toBe(true);
  const read = replay(ahead, memory.takeNotes() ?? []);
  expect(new GroupMemory(read, () => 5000).notifications.mark.at).toBe(1000);
  expect(memory.notifications.noteRead()).toBe(false);
});
