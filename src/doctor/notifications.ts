import { GatewayError } from "../errors.js";
import type { Filters, Inspector } from "../mastodon/inspect.js";
import type { MastodonGateway } from "../ports.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";

export interface FilterPlace {
  readonly host: string;
  readonly gateway: Pick<MastodonGateway, "openNotifications">;
  readonly inspector: Pick<Inspector, "filters">;
  /** `manage_notification_policy`: false leaves the filters to people. */
  readonly isManaged: boolean;
  /** Somebody runs the groups, and ought to have opened the filters. */
  readonly isRunning: boolean;
}

/** Whose notifications a filter is about, by the server's name for it. */
const people: Readonly<Record<string, string>> = {
  forNotFollowing: "people whom the group does not follow",
  forNotFollowers: "people who do not follow the group",
  forNewAccounts: "new accounts",
  forPrivateMentions: "private mentions",
  forLimitedAccounts: "limited accounts",
  forBots: "bots",
  blockFromStrangers: "strangers",
  acceptsDirectMessagesFrom: "direct messages of some",
};

/** Whether all notifications reach the group. */
export async function checkNotifications(
  { host, gateway, inspector, isManaged, isRunning }: FilterPlace,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const filters = await inspector.filters(signal);
  if (filters === undefined) return [ok("notifications", "The server holds nothing back.")];
  if (isOpen(filters)) {
    return [
      ok("notifications", "Everybody's notifications reach the group, and no request waits."),
    ];
  }
  if (!isManaged) {
    const remedy = `Change it in the account's settings on ${host}, or set manage_notification_policy to true.`;
    return [warning("notifications", describe(filters), remedy)];
  }
  const isUnderWay = !isRunning && filters.waiting === 0;
  return [
    {
      ...(isUnderWay ? warning : problem)("notifications", describe(filters)),
      remedy: "The service opens this when it starts; or run this with --fix.",
      mend: async (each) => {
        const accepted = await gateway.openNotifications(each);
        const rest = await inspector.filters(each);
        if (rest !== undefined && !isOpen(rest)) {
          const text = `The server did not open them; change it in the account's settings on ${host}`;
          throw new GatewayError(text, { failure: "permanent", isOutcomeKnown: true });
        }
        return `They are let through now, and ${count(accepted ?? 0, "waiting request")} accepted.`;
      },
    },
  ];
}

function isOpen({ kinds, waiting }: Filters): boolean {
  return kinds.length === 0 && waiting === 0;
}

function describe({ kinds, waiting }: Filters): string {
  const held = kinds.map((kind) => people[kind] ?? kind).join(", ");
  const wait = `${count(waiting, "request")} wait${waiting === 1 ? "s" : ""}`;
  if (held === "") return `Notifications were held back: ${wait} to be let in.`;
  return `The server holds notifications back (${held})${waiting === 0 ? "" : `; ${wait} to be let in`}.`;
}
