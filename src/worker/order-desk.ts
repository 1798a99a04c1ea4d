import type { AdminOrder, OrderAnswer } from "../core/operator.js";

/** An order on its way through the group's loop. */
export interface PlacedOrder {
  readonly kind: "order";
  readonly order: AdminOrder;
  readonly answer: (answer: OrderAnswer) => void;
}

/** Where the operator's orders reach a group while it is live. */
export class OrderDesk {
  #take: ((placed: PlacedOrder) => void) | undefined;
  readonly #waiting = new Set<() => void>();

  /** Resolves with what came of it; `undefined` when the group is not live, or stopped before. */
  place(order: AdminOrder): Promise<OrderAnswer | undefined> {
    return new Promise((resolve) => {
      if (this.#take === undefined) {
        resolve(undefined);
        return;
      }
      const giveUp = () => resolve(undefined);
      this.#waiting.add(giveUp);
      const answer = (told: OrderAnswer) => {
        this.#waiting.delete(giveUp);
        resolve(told);
      };
      this.#take({ kind: "order", order, answer });
    });
  }

  /** From now on `take` is handed every order, until the returned function is called. */
  open(take: (placed: PlacedOrder) => void): () => void {
    this.#take = take;
    return () => {
      this.#take = undefined;
      for (const giveUp of this.#waiting) giveUp();
      this.#waiting.clear();
    };
  }
}
