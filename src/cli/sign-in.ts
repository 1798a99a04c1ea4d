import type { Appdata } from "../config/group-config.js";
import { hostOf, toAcct } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import { GatewayError } from "../errors.js";
import {
  type Access,
  authorizeUrl,
  exchangeCode,
  findServer,
  redirectUri,
  registerApp,
  type SignInOptions,
  whoIs,
} from "../mastodon/sign-in.js";
import { CliError, type Io, say } from "./io.js";
import { whileWaiting } from "./progress.js";
import { readLine } from "./read-line.js";

/** So often a code is asked for. */
const maxCodes = 3;

/** Who is to be signed in, and how. */
export interface SignInRequest {
  readonly acct: Acct;
  /** Given by the operator, or known from the last time. */
  readonly base: string | undefined;
  readonly hasTokenOnStdin: boolean;
}

/**
 * The dialogue with server and person, up to a token that is proved to be the account's.
 * @throws CliError one sentence; nothing has been saved
 */
export async function signIn(
  request: SignInRequest,
  io: Io,
  options: SignInOptions,
): Promise<Appdata> {
  const { acct } = request;
  const baseUrl = await locate(request, io, options);
  const appdata = request.hasTokenOnStdin
    ? await takeToken(baseUrl, io, options)
    : await askPerson(acct, baseUrl, io, options);
  io.secrets.add(appdata.token);
  await verify(request, appdata, io, options);
  return appdata;
}

async function locate(
  { acct, base }: SignInRequest,
  io: Io,
  options: SignInOptions,
): Promise<string> {
  const { baseUrl } = await whileWaiting(io, `Looking for the server of ${acct}`, () =>
    inOneSentence(() => findServer(acct, { ...options, baseUrl: base })),
  );
  if (!/^https:/iu.test(baseUrl) && !/^http:/iu.test(base ?? "")) {
    throw new CliError(
      `The API of ${hostOf(acct)} is at ${baseUrl}, where everybody on the way could read the group's ` +
        `token. If you really want that, add --base ${baseUrl}`,
    );
  }
  return baseUrl;
}

async function askPerson(
  acct: Acct,
  baseUrl: string,
  io: Io,
  options: SignInOptions,
): Promise<Appdata> {
  const app = await whileWaiting(io, `Telling ${baseUrl} of this program`, () =>
    inOneSentence(() => registerApp(baseUrl, options)),
  );
  io.secrets.add(app.clientSecret);
  say(
    io.stdout,
    io.secrets,
    `Signing in ${acct} at ${baseUrl}`,
    "",
    "1. Open this address in a browser:",
    `   ${authorizeUrl(baseUrl, app.clientId)}`,
    `2. Sign in there as ${acct}, not as yourself, and allow the access.`,
    "3. Copy the code that is shown, paste it here, and press Enter.",
    "",
  );
  const access = await inOneSentence(() =>
    askForCode((code) => exchangeCode(baseUrl, app, code, options), io, options.signal),
  );
  const { token, expiresAt: tokenExpiresAt } = access;
  return { base: baseUrl, ...app, token, tokenExpiresAt };
}

/** Asks until the server takes the code; a wrong one is most often half of it. */
async function askForCode(
  exchange: (code: string) => Promise<Access>,
  io: Io,
  signal: AbortSignal,
): Promise<Access> {
  let rejection: GatewayError | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const code = await prompt("Code: ", false, io, signal).catch((error: unknown) => {
      throw error instanceof CliError ? (rejection ?? error) : error;
    });
    io.secrets.add(code);
    try {
      return await whileWaiting(io, "Handing the code in", () => exchange(code));
    } catch (error) {
      const isRejected = error instanceof GatewayError && error.failure !== "transient";
      if (!isRejected || attempt === maxCodes) throw error;
      rejection = error;
      const advice = "Paste the whole code, or open the same address again for a new one.";
      say(io.stdout, io.secrets, error.message, advice);
    }
  }
}

/** A token that was made elsewhere belongs to no app of ours. */
async function takeToken(baseUrl: string, io: Io, { signal }: SignInOptions): Promise<Appdata> {
  const token = await prompt("Token (it will not be shown): ", true, io, signal);
  io.secrets.add(token);
  if (!/^[\x21-\x7e]+$/u.test(token)) {
    throw new CliError(
      "That is no access token: it is one word without spaces. Nothing was saved.",
    );
  }
  return { base: baseUrl, clientId: "", clientSecret: "", redirect: redirectUri, token };
}

async function prompt(
  question: string,
  isHidden: boolean,
  io: Io,
  signal: AbortSignal,
): Promise<string> {
  const isAsked = io.isInputTTY || !isHidden;
  if (isAsked) io.stdout.write(question);
  const line = await readLine(io.stdin, { isHidden: isHidden && io.isInputTTY }, signal);
  // Nobody pressed Enter where we could see it, so the answer needs a line of its own.
  const isOnNewLine = io.isInputTTY && !isHidden && line !== undefined;
  if (isAsked && !isOnNewLine) io.stdout.write("\n");
  if (line !== undefined && line !== "") return line;
  const what = isHidden ? "token" : "code";
  throw new CliError(`No ${what} was entered. Nothing was saved.`);
}

async function verify(
  { acct, hasTokenOnStdin }: SignInRequest,
  { base, token }: Appdata,
  io: Io,
  options: SignInOptions,
) {
  const who = await whileWaiting(io, `Asking ${base} whose access that is`, () =>
    inOneSentence(() => whoIs(base, token, options)),
  );
  const actual = toAcct(who.acct, hostOf(acct));
  if (actual === acct) return;
  if (hasTokenOnStdin) {
    throw new CliError(
      `This is the token of ${actual ?? who.acct}; give the one of ${acct}. Nothing was saved.`,
    );
  }
  throw new CliError(
    `You signed in as ${actual ?? who.acct}, not as ${acct}. Nothing was saved. ` +
      `Sign out in the browser, or use a private window, and try again as ${acct}.`,
  );
}

/** What the sign-in throws is worded for people, except for bugs, which have a class of their own. */
async function inOneSentence<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isWorded = error instanceof Error && ["Error", "GatewayError"].includes(error.name);
    if (!isWorded) throw error;
    throw new CliError(`${error.message} Nothing was saved.`, undefined, error);
  }
}
