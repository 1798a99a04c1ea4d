import { emptyControl, type GroupControl } from "../core/group.js";
import type { GroupState } from "../core/state.js";
import type { GroupStore } from "../ports.js";

/** A group's files, without files. */
export class MemoryStore implements GroupStore {
  control: GroupControl;
  state: GroupState | undefined;
  /** Names of what was written, in order: `control`, `state`. */
  readonly writes: string[] = [];
  /** Thrown by the next write. */
  failWith: Error | undefined;

  constructor(control: GroupControl = emptyControl, state?: GroupState) {
    this.control = control;
    this.state = state;
  }

  async readControl(): Promise<GroupControl> {
    return this.control;
  }

  async writeControl(control: GroupControl): Promise<void> {
    this.#failIfAsked();
    this.writes.push("control");
    this.control = control;
  }

  async readState(): Promise<GroupState | undefined> {
    return this.state;
  }

  async writeState(state: GroupState): Promise<void> {
    this.#failIfAsked();
    this.writes.push("state");
    this.state = state;
  }

  #failIfAsked(): void {
    const error = this.failWith;
    this.failWith = undefined;
    if (error !== undefined) throw error;
  }
}
