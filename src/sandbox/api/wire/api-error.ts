/** What is wrong, for servers that put it in other words than Mastodon. */
export type ErrorKind =
  | "not-found"
  | "not-allowed"
  | "invalid"
  | "blank"
  | "too-long"
  | "bad-visibility"
  | "no-parent"
  | "pin-limit"
  | "not-pinnable"
  | "not-boosted"
  | "other";

/** Ends a request with Mastodon's answer to what is wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly kind: ErrorKind;

  constructor(status: number, error: string, kind: ErrorKind = "other") {
    super(error);
    this.status = status;
    this.body = { error };
    this.kind = kind;
  }
}

/** The thing is not there, or not for the eyes of who asks. */
export function notFound(): ApiError {
  return new ApiError(404, "Record not found", "not-found");
}

/** The thing is there and may not be done. */
export function notAllowed(): ApiError {
  return new ApiError(403, "This action is not allowed", "not-allowed");
}

/** The input does not pass a model's validation. */
export function invalid(complaint: string, kind: ErrorKind = "invalid"): ApiError {
  return new ApiError(422, `Validation failed: ${complaint}`, kind);
}
