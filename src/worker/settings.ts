/** What the worker needs to know of `groups.json5`. */
export interface WorkerSettings {
  readonly maxCatchupNotifs: number;
  readonly maxCatchupStatuses: number;
  readonly delayFetchPageMs: number;
  readonly delayAfterPostMs: number;
  readonly delayReopenClosedMs: number;
  readonly delayReopenErrorMs: number;
  readonly socketAliveTimeoutMs: number;
  readonly socketRetireTimeMs: number;
  readonly pollIntervalMs: number;
  readonly manageNotificationPolicy: boolean;
}
