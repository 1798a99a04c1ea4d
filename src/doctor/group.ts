import type { Survey } from "../config/load.js";
import type { GroupConfig } from "../config/load-group.js";
import { hostOf } from "../core/acct.js";
import type { Traits } from "../core/traits.js";
import { GatewayError } from "../errors.js";
import { createGateway } from "../mastodon/gateway.js";
import { createInspector } from "../mastodon/inspect.js";
import { peekControl, peekState } from "../store/file-store.js";
import { checkScopes, checkToken } from "./access.js";
import { checkAccount, checkFollows, checkVisibility } from "./account.js";
import { type Finding, ok, problem } from "./finding.js";
import type { Machine } from "./machine.js";
import { checkCertificate, checkClock, checkName } from "./network.js";
import { checkNotifications } from "./notifications.js";
import { checkAdmins } from "./people.js";
import { checkStream } from "./stream.js";

/** What the doctor needs for a group's server. */
export interface Patient {
  readonly survey: Survey;
  readonly machine: Machine;
  /** Of this program. */
  readonly version: string;
  /** A command for the person to type. */
  readonly command: (...more: readonly string[]) => string;
  /** Somebody runs the groups at this moment. */
  readonly isRunning: boolean;
  /** See {@link checkStream}. */
  readonly sendsPost: boolean;
  /** Default: the gateway's own. */
  readonly requestTimeoutMs?: number | undefined;
}

/** Everything about one group that only its server can tell, nearest first. */
export async function* examineServer(
  group: GroupConfig,
  patient: Patient,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { machine } = patient;
  const url = new URL(group.appdata.base);
  const way = [
    () => checkName(url, machine),
    () => checkCertificate(url, machine, signal),
    () => checkClock(toolsFor(group, patient).inspector, signal),
  ];
  for (const look of way) {
    const findings = await orServerProblem(async () => [await look()], url.host, signal);
    if (findings.some(({ check, verdict }) => check !== "clock" && verdict === "problem")) {
      return yield* findings.map(asLast);
    }
    yield* findings;
  }
  yield* examineAccess(group, patient, signal);
}

type Tools = ReturnType<typeof toolsFor>;

function toolsFor({ acct, appdata }: GroupConfig, patient: Patient) {
  const { machine, version, requestTimeoutMs } = patient;
  const { clock } = machine;
  const { base: baseUrl, token } = appdata;
  const options = { baseUrl, token, acct, clock, version, requestTimeoutMs };
  return { gateway: createGateway(options), inspector: createInspector(options) };
}

async function* examineAccess(
  group: GroupConfig,
  patient: Patient,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const tools = toolsFor(group, patient);
  const { host } = new URL(group.appdata.base);
  const access = {
    ...tools,
    group,
    now: patient.machine.clock.now(),
    renew: patient.command("-A", group.acct),
    signIn: (acct: string) => patient.command("-a", acct),
  };
  for (const check of [checkToken, checkScopes]) {
    const findings = await orServerProblem(() => check(access, signal), host, signal);
    if (findings.some(({ verdict }) => verdict === "problem")) return yield* findings.map(asLast);
    yield* findings;
  }
  yield* examineAccount(group, { ...patient, ...tools }, signal);
}

async function* examineAccount(
  group: GroupConfig,
  { inspector, gateway, survey, machine, command, sendsPost, isRunning }: Patient & Tools,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { host } = new URL(group.appdata.base);
  const localHost = hostOf(group.acct);
  const control = await peekControl(group.folder, { localHost });
  const state = await peekState(group.folder, { localHost });
  const putOff = (state?.pending ?? []).filter(({ putOffAt }) => putOffAt !== undefined).length;
  const { manageNotificationPolicy: isManaged, pollIntervalMs } = survey.settings;
  let traits: Traits | undefined;
  const checks = [
    async () => {
      traits = await inspector.learnTraits(signal);
      const profile = await inspector.profile(signal);
      const place = {
        host,
        isMemberOnly: control.memberOnly,
        markAsBot: inspector.markAsBot,
        signIn: (acct: string) => command("-a", acct),
      };
      return [
        ...checkServer(traits),
        ...checkAccount(profile, place),
        ...checkVisibility(profile),
        ...checkFollows(profile, traits, putOff),
      ];
    },
    () => checkNotifications({ host, gateway, inspector, isManaged, isRunning }, signal),
    async () => {
      // Without them it was told that the server does not answer.
      if (traits === undefined) return [];
      const { clock } = machine;
      const place = { gateway, inspector, traits, pollIntervalMs, clock, sendsPost };
      return checkStream(place, signal);
    },
    () => checkAdmins(control.adminUsers, gateway, signal),
  ];
  for (const check of checks) yield* await orServerProblem(check, host, signal);
}

/** A problem in the way of everything that would come after it. */
function asLast(finding: Finding): Finding {
  return { ...finding, text: `${finding.text} Nothing further could be looked at.` };
}

/** What the server is, and whether it does by itself what a group must decide. */
function checkServer(traits: Traits): readonly Finding[] {
  const { software, maxCharacters, streamingUrl, boostsByItself } = traits;
  if (boostsByItself) {
    const text = `The account is of the type Group, so ${software} itself boosts whatever is addressed to it, past every ban.`;
    return [problem("server", text, "Change the account's type to Service in its settings.")];
  }
  const stream = streamingUrl === undefined ? "no stream" : "a stream";
  return [
    ok("server", `The server runs ${software}: posts of ${maxCharacters} characters, ${stream}.`),
  ];
}

/** The findings, or one that tells how the server failed. */
async function orServerProblem(
  check: () => Promise<readonly Finding[]>,
  host: string,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    return await check();
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    const text = `${host} does not answer as it should (${error.message}).`;
    return [problem("server", text, "If it stays so, tell the people who run the server.")];
  }
}
