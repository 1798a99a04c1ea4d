import { expect } from "vitest";
import { type FakeSandbox, json } from "./fake-sandbox.js";

/** Shows the code to the person. */
export const oob = "urn:ietf:wg:oauth:2.0:oob";
/** A program on the web. */
export const web = "https://program.example/back?x=1";

/** A registered application. */
export interface Client {
  readonly client_id: string;
  readonly client_secret: string;
}

/** Registers an application for reading and writing. */
export async function register(at: FakeSandbox, options: object = {}): Promise<Client> {
  const body = { client_name: "Tester", redirect_uris: `${oob}\n${web}`, scopes: "read write" };
  const response = await at.ask("POST", "/api/v1/apps", json({ ...body, ...options }));
  expect(response.status).toBe(200);
  // What the sandbox answers is what is tested; other tests merely use it.
  return (await response.json()) as Client;
}

/** Where it sends the person. */
export function authorizePath(client: Client, options: Record<string, string> = {}): string {
  const { client_id } = client;
  const asked = { client_id, redirect_uri: oob, response_type: "code", scope: "read write" };
  return `/oauth/authorize?${new URLSearchParams({ ...asked, ...options })}`;
}

/** Exchanges a code for a token, or tries to. */
export async function exchange(
  at: FakeSandbox,
  client: Client,
  code: string,
  options: object = {},
): Promise<Response> {
  const { client_id, client_secret } = client;
  const grant = { grant_type: "authorization_code", code, redirect_uri: oob };
  return await at.ask(
    "POST",
    "/oauth/token",
    json({ client_id, client_secret, ...grant, ...options }),
  );
}

/** The token in an answer to an exchange. */
export async function tokenIn(response: Response): Promise<string> {
  const { access_token } = (await response.json()) as { readonly access_token: string };
  return access_token;
}
