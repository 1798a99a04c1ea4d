import type { MastodonGateway, Stream, StreamItem } from "../ports.js";

/**
 * What a socket says, for a test that reads it item by item: opens it at the first look, hangs up when
 * its reader leaves, and throws the signal's reason.
 */
export async function* itemsOf(
  connect: (take: (item: StreamItem) => void) => Promise<Stream>,
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, undefined> {
  const items: StreamItem[] = [];
  let wake = () => {};
  const take = (item: StreamItem) => {
    items.push(item);
    wake();
  };
  const stream = await connect(take);
  const hangUp = () => {
    stream.close();
    wake();
  };
  signal.addEventListener("abort", hangUp, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const item = items.shift();
      if (item !== undefined) yield item;
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (item?.kind === "closed") return;
    }
  } finally {
    signal.removeEventListener("abort", hangUp);
    stream.close();
  }
}

/** The same of a gateway. */
export function itemsBy(
  gateway: Pick<MastodonGateway, "connect">,
  options: { readonly aliveTimeoutMs: number },
  signal: AbortSignal,
): AsyncGenerator<StreamItem, void, undefined> {
  return itemsOf((take) => gateway.connect(options, take, signal), signal);
}
