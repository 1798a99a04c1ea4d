/** What the worker needs to know of `groups.json5`. */
export interface WorkerSettings {
  readonly maxCatchupNotifications: number;
  readonly maxCatchupStatuses: number;
  readonly delayFetchPageMs: number;
  readonly delayAfterPostMs: number;
  readonly delayReopenClosedMs: number;
  readonly delayReopenErrorMs: number;
  readonly socketAliveTimeoutMs: number;
  readonly socketRetireMs: number;
  readonly pollIntervalMs: number;
  readonly isNotificationPolicyManaged: boolean;
}
