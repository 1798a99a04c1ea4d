/** Ends a request with Mastodon's answer to what is wrong. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, error: string, more: Readonly<Record<string, unknown>> = {}) {
    super(error);
    this.status = status;
    this.body = { error, ...more };
  }
}

/** The thing is not there, or not for the eyes of who asks. */
export function notFound(): ApiError {
  return new ApiError(404, "Record not found");
}

/** The thing is there and may not be done. */
export function notAllowed(): ApiError {
  return new ApiError(403, "This action is not allowed");
}

/** The input does not pass a model's validation. */
export function invalid(complaint: string): ApiError {
  return new ApiError(422, `Validation failed: ${complaint}`);
}
