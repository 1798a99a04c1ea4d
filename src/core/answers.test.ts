import { describe, expect, it } from "vitest";
import { aControl, anAccount } from "../testing/builders.js";
import { afterAnswer, mayBeAnswered, type Pace, paceOf } from "./answers.js";

const hourMs = 60 * 60_000;
const control = aControl({ admins: ["ann@far.example"] });
const person = anAccount("bob@far.example");
const admin = anAccount("ann@far.example");
const bot = anAccount({ acct: "ann@far.example", isBot: true });

/** How many of questions that come all the time are answered within `spanMs`. */
function answered(pace: Pace, spanMs: number, everyMs: number): number {
  let until: number | undefined;
  let count = 0;
  for (let now = 0; now < spanMs; now += everyMs) {
    if (!mayBeAnswered(until, pace, now)) continue;
    until = afterAnswer(until, pace, now);
    count++;
  }
  return count;
}

describe("answers", () => {
  it.each([
    ["people", person, 60 + 24 * 60],
    ["admins", admin, 600 + 24 * 600],
    ["bots, admins or not", bot, 24],
  ] as const)("are bounded for %s, who ask all day", (_, who, most) => {
    const count = answered(paceOf(who, control), 24 * hourMs, 1000);
    expect(count).toBeLessThanOrEqual(most);
    expect(count).toBeGreaterThanOrEqual(most - 2);
  });

  it("are there for whoever asks now and then", () => {
    expect(answered(paceOf(person, control), 24 * hourMs, 60_000)).toBe(24 * 60);
  });

  it("do not end because the clock was set back", () => {
    const pace = paceOf(person, control);
    expect(mayBeAnswered(10 * hourMs, pace, 0)).toBe(true);
    expect(afterAnswer(10 * hourMs, pace, 0)).toBe(pace.intervalMs);
  });
});
