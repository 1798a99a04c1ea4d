import type { IncomingHttpHeaders } from "node:http";

/** As much of `Headers` as is read of an answer: for the real one Node would load all of `fetch`. */
export type AnswerHeaders = Pick<Headers, "get">;

/** Reads what Node's own client gives. */
export function answerHeaders(headers: IncomingHttpHeaders): AnswerHeaders {
  return {
    get: (name) => {
      const value = headers[name.toLowerCase()];
      return (typeof value === "string" ? value : value?.join(", ")) ?? null;
    },
  };
}
