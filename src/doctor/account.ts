import type { Traits } from "../core/traits.js";
import type { Profile } from "../mastodon/inspect.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";

/** What an account is measured by. */
export interface AccountPlace {
  /** Where its people are asked. */
  readonly host: string;
  readonly isMemberOnly: boolean;
  readonly markAsBot: (signal: AbortSignal) => Promise<void>;
  /** The command that signs an account in as a new group. */
  readonly signIn: (acct: string) => string;
}

/** What moderators or a move have made of the account; empty when nothing. */
export function checkStanding(
  profile: Profile,
  { host, signIn }: Pick<AccountPlace, "host" | "signIn">,
): readonly Finding[] {
  const ask = `Write to the moderators of ${host}.`;
  if (profile.isSuspended) return [problem("account", `The account is suspended on ${host}.`, ask)];
  const { movedTo } = profile;
  if (movedTo !== undefined) {
    const target = movedTo.includes("@") || movedTo.includes("/") ? movedTo : `${movedTo}@${host}`;
    const remedy = `Sign that account in as the group (${signIn(target)}), or cancel the move in the account's settings on ${host}.`;
    return [problem("account", `The account has moved to ${target}.`, remedy)];
  }
  if (!profile.isLimited) return [];
  const text = `The account is limited by the moderators of ${host}: only its followers see what it shares and answers.`;
  return [problem("account", text, ask)];
}

/** Whether the account is set up as a group's should be. */
export function checkAccount(profile: Profile, place: AccountPlace): readonly Finding[] {
  const { host, isMemberOnly, markAsBot } = place;
  const findings = [...checkStanding(profile, place)];
  if (profile.isLocked && !isMemberOnly) {
    const text =
      "The account is locked although the group is open to all: whoever follows waits until the service lets them in.";
    const remedy = `Unlock it in the account's settings on ${host}, or close the group by /closegroup.`;
    findings.push(warning("account", text, remedy));
  }
  if (!profile.isBot) {
    findings.push({
      ...warning(
        "account",
        "The account is not marked as automated, as people and servers expect of a program.",
      ),
      remedy: `Mark it in the account's settings on ${host}, or run this with --fix.`,
      mend: async (signal) => {
        await markAsBot(signal);
        return "It is marked now.";
      },
    });
  }
  if (findings.length > 0) return findings;
  const door = profile.isLocked ? "locked, as a member-only group may be" : "open";
  return [
    ok("account", `The account is ${door}, marked as automated, and neither limited nor moved.`),
  ];
}

/** How loud the account is where nobody says how loud it shall be. */
export function checkVisibility({ defaultVisibility }: Profile): readonly Finding[] {
  if (defaultVisibility === undefined) return [];
  const text = `By default the account posts ${JSON.stringify(defaultVisibility)}`;
  if (["public", "unlisted"].includes(defaultVisibility)) {
    return [ok("visibility", `${text}; the service always says how.`)];
  }
  const remedy = "Choose public in the account's settings, if people post by hand as the group.";
  return [
    warning("visibility", `${text}. The service always says how, but people may not.`, remedy),
  ];
}

/** Whether the group may follow more people. */
export function checkFollows(
  { following, followers = 0 }: Profile,
  { following: limit }: Pick<Traits, "following">,
  putOff: number,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (putOff > 0) {
    const text = `${count(putOff, "piece")} of work wait${putOff === 1 ? "s" : ""} for room in the server's limits.`;
    findings.push(
      warning("follows", text, "They are tried again every quarter of an hour, for a day."),
    );
  }
  if (following === undefined) return findings;
  if (limit === undefined) {
    return [...findings, ok("follows", `The group follows ${following}; no limit is known.`)];
  }
  const most = Math.max(limit.count, Math.round(followers * limit.perFollower));
  const text = `The group follows ${following} of the ${most} accounts that its server allows`;
  const remedy =
    "Remove members who are gone; the server's admins can raise MAX_FOLLOWS_THRESHOLD.";
  if (following >= most) {
    findings.push(
      problem(
        "follows",
        `${text}: new members are not followed, and their hashtags not seen.`,
        remedy,
      ),
    );
  } else if (following >= 0.9 * most) findings.push(warning("follows", `${text}.`, remedy));
  else findings.push(ok("follows", `${text}.`));
  return findings;
}
