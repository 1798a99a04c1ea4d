import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Snapshot } from "../watch/board.js";
import type { GroupSnapshot, Histogram as Latency } from "../watch/snapshot.js";

type Labels = Readonly<Record<string, string>>;
/** One line of a metric: its labels and its value. */
type Sample = readonly [labels: Labels, value: number];

const second = 1000;

/** What Prometheus is told; one of it lives as long as the program serves HTTP. */
export class Metrics {
  /** Memory, processor, event loop: of the process, not of a group. */
  readonly #process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#process });
  }

  get contentType(): string {
    return this.#process.contentType;
  }

  /** The snapshot, and the state of the process, in the text format of Prometheus. */
  async render(snapshot: Snapshot): Promise<string> {
    return `${await groupMetrics(snapshot)}\n${await this.#process.metrics()}`;
  }

  /** Nothing is measured any more. */
  close(): void {
    this.#process.clear();
  }
}

/** A snapshot is a whole: every scrape makes its metrics anew, so that nothing of a group that left stays. */
function groupMetrics({ groups, version }: Snapshot): Promise<string> {
  const registry = new Registry();
  const perGroup = (samples: (group: GroupSnapshot) => readonly Sample[]): readonly Sample[] =>
    groups.flatMap((group) =>
      samples(group).map(([labels, value]): Sample => [{ group: group.acct, ...labels }, value]),
    );
  const gauge = (name: string, help: string, samples: readonly Sample[]) => {
    const metric = new Gauge({ name, help, labelNames: namesOf(samples), registers: [registry] });
    for (const [labels, value] of samples) metric.set(labels, value);
  };
  const counter = (name: string, help: string, samples: readonly Sample[]) => {
    const metric = new Counter({ name, help, labelNames: namesOf(samples), registers: [registry] });
    for (const [labels, value] of samples) metric.inc(labels, value);
  };
  const flag = (is: boolean): readonly Sample[] => [[{}, is ? 1 : 0]];

  gauge("fedigroups_info", "The version that runs.", [[{ version }, 1]]);
  gauge(
    "fedigroups_group_live",
    "1 for a group that listens.",
    perGroup(({ phase }) => flag(phase === "live")),
  );
  gauge(
    "fedigroups_group_stuck",
    "1 for a group whose loop shows no sign of life.",
    perGroup(({ isStuck }) => flag(isStuck)),
  );
  gauge(
    "fedigroups_sockets",
    "Open sockets of the stream.",
    perGroup(({ connection }) => flag(connection.how === "stream")),
  );
  counter(
    "fedigroups_sockets_opened_total",
    "Sockets of the stream that were opened.",
    perGroup(({ totals }) => [[{}, totals.socketsOpened]]),
  );
  counter(
    "fedigroups_events_total",
    "Events that arrived.",
    perGroup(({ totals }) =>
      totals.events.map(({ kind, source, count }) => [{ kind, source }, count]),
    ),
  );
  counter(
    "fedigroups_decisions_total",
    "Events that were dealt with, by the reason of the decision.",
    perGroup(({ totals }) =>
      Object.entries(totals.decisions).map(([because, count]) => [{ because }, count]),
    ),
  );
  counter(
    "fedigroups_effects_total",
    "What the group did, and how that ended.",
    perGroup(({ totals }) =>
      totals.effects.map(({ kind, outcome, count }) => [{ kind, outcome }, count]),
    ),
  );
  counter(
    "fedigroups_requests_total",
    "Requests to the server, by the status of the answer.",
    perGroup(({ totals }) =>
      totals.requests.map(({ method, outcome, count }) => [{ method, outcome }, count]),
    ),
  );
  counter(
    "fedigroups_given_up_total",
    "Events that were given up.",
    perGroup(({ totals }) => [[{}, totals.gaveUp]]),
  );
  counter(
    "fedigroups_caught_up_total",
    "Events that had been missed and were found by looking.",
    perGroup(({ totals }) => [[{}, totals.caughtUp]]),
  );
  gauge(
    "fedigroups_queue_length",
    "Events and chores that wait for their turn.",
    perGroup(({ queueLength }) => [[{}, queueLength]]),
  );
  gauge(
    "fedigroups_put_off",
    "What the server had no room for and is tried again.",
    perGroup(({ putOff }) => [[{}, putOff.length]]),
  );
  const budgets = (pick: "used" | "count") =>
    perGroup(({ budgets: all }) =>
      all.map((budget) => {
        const window = `${budget.windowMs / second}s`;
        return [{ kind: budget.kind, window }, budget[pick]];
      }),
    );
  gauge("fedigroups_budget_used", "Requests counted against a limit.", budgets("used"));
  gauge("fedigroups_budget_limit", "The server's limit, per window.", budgets("count"));
  registry.registerMetric(new LatencyMetric(groups));
  return registry.metrics();
}

function namesOf(samples: readonly Sample[]): string[] {
  return [...new Set(samples.flatMap(([labels]) => Object.keys(labels)))];
}

const latencyName = "fedigroups_boost_latency_seconds";

/** prom-client's histograms observe for themselves; this one hands on what the board has observed. */
class LatencyMetric extends Histogram {
  readonly #groups: readonly GroupSnapshot[];

  constructor(groups: readonly GroupSnapshot[]) {
    const help = "From the frame on the stream to the boost.";
    super({ name: latencyName, help, registers: [] });
    this.#groups = groups;
  }

  /** What the registry renders instead of {@link Histogram.get}. */
  getForPromString() {
    const values = this.#groups.flatMap(({ acct, totals }) => samplesOf(acct, totals.latency));
    return Promise.resolve({
      ...{ name: latencyName, help: "From the frame on the stream to the boost." },
      ...{ type: "histogram", aggregator: "sum", values },
    });
  }
}

function samplesOf(group: string, { boundsMs, counts, sumMs }: Latency) {
  const bounds = [...boundsMs.map((bound) => `${bound / second}`), "+Inf"];
  let total = 0;
  const buckets = bounds.map((le, index) => {
    total += counts[index] ?? 0;
    return { metricName: `${latencyName}_bucket`, labels: { group, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${latencyName}_sum`, labels: { group }, value: sumMs / second },
    { metricName: `${latencyName}_count`, labels: { group }, value: total },
  ];
}
