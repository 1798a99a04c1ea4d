import type { Acct } from "../core/model.js";
import { GatewayError } from "../errors.js";
import type { MastodonGateway } from "../ports.js";
import { count, type Finding, ok, problem, warning } from "./finding.js";

/** More admins than these are not looked up. */
const maxLookups = 20;

/** Whether the people who may give orders exist, as far as the group's server can find them. */
export async function checkAdmins(
  admins: ReadonlySet<Acct>,
  gateway: Pick<MastodonGateway, "account">,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const add =
    "Make somebody an admin: /op by another admin, or admin_users in control.json5 while the service is stopped.";
  if (admins.size === 0) {
    return [problem("admins", "The group has no admin: nobody can give it orders.", add)];
  }
  const lost: Acct[] = [];
  const unsure: string[] = [];
  for (const acct of [...admins].sort().slice(0, maxLookups)) {
    try {
      if ((await gateway.account(acct, signal)) === undefined) lost.push(acct);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      unsure.push(`${acct} (${error.message})`);
    }
  }
  const findings: Finding[] = [];
  if (lost.length > 0) {
    const isNobodyLeft = lost.length === admins.size;
    const text = `No account can be found for the ${lost.length === 1 ? "admin" : "admins"} ${lost.join(", ")}`;
    findings.push(
      isNobodyLeft
        ? problem("admins", `${text}, and there is no other.`, add)
        : warning("admins", `${text}.`, `Is it misspelt? Otherwise: /deop ${lost[0]}`),
    );
  }
  if (unsure.length > 0) {
    const text = `Admins could not be looked up: ${unsure.join(", ")}.`;
    findings.push(warning("admins", text, "Their server may be down; try again later."));
  }
  if (findings.length > 0) return findings;
  return [ok("admins", `${count(admins.size, "admin")} found.`)];
}
