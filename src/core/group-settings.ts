/** What `groups.json5` sets for the life of every group. */
export interface GroupSettings {
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
