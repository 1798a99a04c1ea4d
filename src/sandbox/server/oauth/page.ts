import { html, raw } from "hono/html";

type Html = ReturnType<typeof html>;

/** What the person is asked to allow. Everything in it may come from a stranger. */
export interface Question {
  readonly appName: string;
  readonly website: string | null;
  readonly scopes: readonly string[];
  readonly usernames: readonly string[];
  /** What the form sends back as it came. */
  readonly hidden: Readonly<Record<string, string>>;
}

/** The page that asks who one is and whether the program may. Works without JavaScript. */
export function questionPage(question: Question): Html {
  const { appName, scopes, usernames, hidden } = question;
  return page(
    "Authorise",
    html`${raw(noteForScripts)}
<h1>Let ${appName} use an account?</h1>
<p>It asks for: <strong>${scopes.join(" ")}</strong></p>
<form method="post" action="/oauth/authorize">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`)}
<fieldset><legend>Who are you?</legend>
${usernames.map(
  (username, index) =>
    html`<p><label><input type="radio" name="username" value="${username}" required${
      index === 0 ? raw(" checked") : ""
    }> @${username}</label></p>\n`,
)}
${usernames.length === 0 ? html`<p>This server has no users yet.</p>` : ""}
</fieldset>
<p><button type="submit"${usernames.length === 0 ? raw(" disabled") : ""}>Authorise</button>
<button type="submit" name="deny" value="1" formnovalidate>Refuse</button></p>
</form>`,
  );
}

/** The page that shows the code of an out-of-band sign-in. */
export function codePage(code: string): Html {
  return page(
    "Authorised",
    html`<h1>Authorised</h1>
<p>Copy this code and give it to the program:</p>
<p><code id="authorization-code">${code}</code></p>`,
  );
}

/** The page that says what is wrong with a request to sign in. */
export function problemPage(problem: string): Html {
  return page("Cannot authorise", html`<h1>This cannot be authorised</h1>\n<p>${problem}</p>`);
}

const noteForScripts = `<!--
  For scripts: POST this form's fields to /oauth/authorize with "username" set to whom you want to
  be and the header "Accept: application/json"; the answer is { "code": "..." }.
-->`;

function page(title: string, content: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Sandbox</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem } button { font: inherit; padding: .4rem 1rem } code { overflow-wrap: anywhere }</style>
</head>
<body>
${content}
</body>
</html>
`;
}
