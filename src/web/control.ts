import { Hono } from "hono";
import * as v from "valibot";
import { toAcct } from "../core/acct.js";
import type { Acct } from "../core/model.js";
import type { AdminOrder, OrderAnswer } from "../core/operator.js";
import type { Board } from "../watch/board.js";

const acct = v.pipe(
  v.string(),
  v.transform((text) => toAcct(text)),
  v.custom<Acct>((found) => found !== undefined),
);
const orderSchema = v.object({ group: acct, action: v.picklist(["add", "remove"]), acct });

/** Carries an order of the operator out. Rejects with a sentence for them. */
export type TakeOrder = (group: Acct, order: AdminOrder) => Promise<OrderAnswer>;

/** What the daemon's own user may ask of it over the socket. */
export function controlApp(board: Board, takeOrder: TakeOrder): Hono {
  const app = new Hono();
  app.get("/status", (c) => c.json(board.snapshot()));
  app.post("/admins", async (c) => {
    const order = v.safeParse(orderSchema, await c.req.json());
    if (!order.success) return c.text("That is no order.", 400);
    const { group, ...wanted } = order.output;
    return c.json(await takeOrder(group, wanted));
  });
  app.onError((error, c) => c.text(error.message, 500));
  return app;
}
