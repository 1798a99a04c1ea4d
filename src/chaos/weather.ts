import type { Decide, FalseAnswer, NetworkFault, Passing } from "./proxy.js";
import type { Random } from "./random.js";

/** How often which kind of fault has hit something. */
export class Damage {
  readonly #counts = new Map<string, number>();

  note(kind: string, count = 1): void {
    if (count > 0) this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + count);
  }

  get total(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The most frequent kind first. */
  get byKind(): readonly (readonly [kind: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a);
  }
}

/** What bad weather needs. */
export interface WeatherParts {
  readonly random: Random;
  readonly damage: Damage;
  /** Kills the daemon at once. */
  readonly strike: () => Promise<void>;
  /** The time of the groups' server. */
  readonly serverNow: () => number;
}

/** No call fails more often than this in a row: a server that is well must let work through. */
const maxInARow = 3;

/** Lets faults befall requests: many of those that have an effect, some of the others. */
export function createWeather({ random, damage, strike, serverNow }: WeatherParts): Decide {
  const inARow = new Map<string, number>();
  return (passing) => {
    const call = `${passing.method} ${passing.path}`;
    const count = inARow.get(call) ?? 0;
    const probability = passing.isUpgrade ? 0.2 : passing.method === "GET" ? 0.12 : 0.4;
    if (count >= maxInARow || !random.chance(probability)) {
      inARow.delete(call);
      return undefined;
    }
    inARow.set(call, count + 1);
    const when = random.pick(["before", "after"] as const);
    const faults: readonly (readonly [number, () => readonly [string, NetworkFault]])[] = [
      [5, () => [`reset ${when} effect`, { kind: "reset", when }]],
      [2, () => [`kill -9 ${when} effect`, { kind: "strike", when, strike }]],
      [2, () => ["cut in the answer", { kind: "cut" }]],
      [2, () => ["stall", { kind: "stall", delayMs: 50 + random.below(400) }]],
      [1, () => [`half-open ${when} effect`, { kind: "half-open", when }]],
      [2, () => ["slow drip", { kind: "drip", pieceBytes: 700, everyMs: 10 }]],
      [
        10,
        () => {
          const [name, answer] = falseAnswer(random, serverNow(), passing);
          // Who says that it is too much has done nothing: to say so and lie is not bad, but mad.
          const moment = answer.status === 429 ? "before" : when;
          return [`${name} ${moment} effect`, { kind: "respond", when: moment, answer }];
        },
      ],
    ];
    const [name, fault] = random.weighted(faults)();
    damage.note(name);
    return fault;
  };
}

const html = { "Content-Type": "text/html" };
const json = { "Content-Type": "application/json; charset=utf-8" };
const page = "<html><head><title>Oops</title></head><body><h1>Bad gateway</h1></body></html>";

function falseAnswer(
  random: Random,
  serverNow: number,
  { path }: Passing,
): readonly [name: string, FalseAnswer] {
  const date = { Date: new Date(serverNow).toUTCString() };
  const reset = new Date(serverNow + 2000).toISOString();
  const answers: readonly (readonly [string, FalseAnswer])[] = [
    ["429", { status: 429, headers: { ...json, ...date }, body: '{"error":"Too many"}' }],
    ["429 Retry-After", { status: 429, headers: { ...json, "Retry-After": "3" }, body: "{}" }],
    [
      "429 X-RateLimit-Reset",
      { status: 429, headers: { ...json, ...date, "X-RateLimit-Reset": reset }, body: "{}" },
    ],
    ["500 HTML", { status: 500, headers: { ...html, ...date }, body: page }],
    ["502 HTML", { status: 502, headers: { ...html, ...date }, body: page }],
    ["503 without a word", { status: 503, headers: date, body: "" }],
    ["200 empty", { status: 200, headers: json, body: "" }],
    ["200 HTML", { status: 200, headers: html, body: page }],
    ["200 half of JSON", { status: 200, headers: json, body: '{"id":"1","uri":' }],
    ["200 wrong JSON", { status: 200, headers: json, body: random.pick(["null", "{}", '"ok"']) }],
  ];
  // A document that says nothing is believed: servers differ in what they tell of themselves.
  const isAboutServer = /\/instance$|nodeinfo/u.test(path);
  return random.pick(isAboutServer ? answers.slice(0, 7) : answers);
}
