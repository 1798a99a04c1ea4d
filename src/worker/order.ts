import { decideAdmin } from "../core/operator.js";
import { journal } from "./handle.js";
import type { PlacedOrder } from "./order-desk.js";
import type { Session } from "./session.js";

/** Carries an order of the operator out as a command would be: journalled, then done. @throws the signal's reason */
export async function carryOut(
  { order, answer }: PlacedOrder,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { changes, ...told } = decideAdmin(order, session.control, session.self.acct);
  if (changes.length > 0) {
    const key = `operator: ${order.action} ${order.acct}`;
    await journal(key, { changes, effects: [] }, session, signal);
    session.memory.drop(key);
    await session.saver.saveState();
    session.deps.log.info({ ...order }, "Changed the admins, as the operator ordered.");
  }
  answer(told);
}
