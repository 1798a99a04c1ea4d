import type { MiddlewareHandler } from "hono";

const foreignName =
  "This page is called by the address of its machine. A web server before it has to pass that on as Host.";

/**
 * A name that anybody could have registered may be a trap: a foreign page that has its own name lead to this
 * machine, in order to read what only the operator's browser reaches.
 */
function isOurName(hostname: string): boolean {
  const isAddress = hostname.startsWith("[") || /^[\d.]+$/u.test(hostname);
  return isAddress || !hostname.includes(".") || /\.(?:local|localhost)$/u.test(hostname);
}

/** What stands before every page: it answers to our own names only, and nothing but its own files runs or is asked. */
export function guard({ hasForms }: { readonly hasForms: boolean }): MiddlewareHandler {
  const headers = {
    "Content-Security-Policy": `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action ${hasForms ? "'self'" : "'none'"}; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
    // Forms tell by it that they come from their page.
    "Referrer-Policy": hasForms ? "same-origin" : "no-referrer",
    "Cache-Control": "no-store",
  };
  return async (c, next) => {
    if (isOurName(new URL(c.req.url).hostname)) await next();
    else c.res = c.text(foreignName, 421);
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}
