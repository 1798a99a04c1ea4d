import { emptyControl, type GroupControl } from "../core/group.js";
import { replay, type StateNote } from "../core/remembered.js";
import type { GroupState } from "../core/state.js";
import type { GroupStore, Noted } from "../ports.js";

/** A group's files, without files. */
export class MemoryStore implements GroupStore {
  control: GroupControl;
  state: GroupState | undefined;
  /** Names of what was written, in order: `control`, `state`, `notes`. */
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

  async noteChanges(notes: readonly StateNote[]): Promise<Noted> {
    this.#failIfAsked();
    if (this.state === undefined) return "refused";
    this.writes.push("notes");
    this.state = replay(this.state, notes);
    return "noted";
  }

  #failIfAsked(): void {
    const error = this.failWith;
    this.failWith = undefined;
    if (error !== undefined) throw error;
  }
}
