import { expect, it } from "vitest";
import { FakeClock, settle } from "../testing/fake-clock.js";
import { RecordingIo } from "../testing/recording-io.js";
import { whileWaiting } from "./progress.js";

/** A terminal at which a person sits. */
const atTerminal = () => Object.assign(new RecordingIo(), { isInputTTY: true });

function start(io = atTerminal()) {
  const clock = new FakeClock();
  let finish: (value: string) => void = () => {};
  const work = () =>
    new Promise<string>((resolve) => {
      finish = resolve;
    });
  const done = whileWaiting(io, "Asking x.test", work, clock);
  return { io, clock, done, finish: (value: string) => finish(value) };
}

it("tells after a second what is waited for, and then now and again", async () => {
  const { io, clock, done, finish } = start();
  await clock.advance(999);
  expect(io.err).toBe("");
  await clock.advance(1);
  expect(io.err).toBe("Asking x.test …\n");
  await clock.advance(20_000);
  expect(io.err).toBe("Asking x.test …\nAsking x.test … (11 s)\nAsking x.test … (21 s)\n");
  finish("answer");
  expect(await done).toBe("answer");
  expect([io.out, clock.sleeping]).toEqual(["", 0]);
});

it("tells nothing of what is quick, and leaves no timer behind", async () => {
  const { io, clock, done, finish } = start();
  await settle();
  finish("answer");
  expect(await done).toBe("answer");
  expect([io.err, clock.sleeping]).toEqual(["", 0]);
});

it("tells nothing where nobody sits", async () => {
  const { io, clock, done, finish } = start(
    Object.assign(new RecordingIo(), { isInputTTY: false }),
  );
  await clock.advance(5_000);
  finish("answer");
  expect([await done, io.err, clock.delays]).toEqual(["answer", "", []]);
});

it("hands failures on", async () => {
  const io = atTerminal();
  const clock = new FakeClock();
  const work = () => Promise.reject(new Error("no answer"));
  await expect(whileWaiting(io, "Asking", work, clock)).rejects.toThrow("no answer");
  expect(clock.sleeping).toBe(0);
});
