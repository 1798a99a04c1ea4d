import { describe, expect, it } from "vitest";
import { testWorld, type Wire } from "../testing/client.js";

const oddValues = ["0", "-1", "99999999999999999999999", "x y", "%", "é", "__proto__", "1e3"];
const oddBodies = [{}, { id: null }, { status: {} }, { id: [[]] }, { notifications: "x" }];
const cursors = ["max_id", "since_id", "min_id", "limit", "types[]", "id[]", "q", "acct"];

describe("every route", () => {
  it("answers odd input and never throws", async () => {
    const [host] = testWorld();
    const ann = host?.user("ann");
    const { id: statusId } = (await ann?.post<Wire>("/api/v1/statuses", { status: "x" })) ?? {};
    const accountId = ann?.user.accountId;
    for (const route of host?.api.routes ?? []) {
      for (const id of [...oddValues, statusId, accountId]) {
        const path = route.path.replace(/:\w+/, encodeURIComponent(String(id)));
        for (const body of oddBodies) {
          const answer = await ann?.ask(route.method, path, body);
          expect(answer?.status, `${route.method} ${path}`).toBeLessThan(500);
        }
        if (route.method !== "GET") continue;
        for (const key of cursors) {
          const query = new URLSearchParams({ [key]: String(id) });
          const answer = await ann?.ask("GET", `${path}?${query}`);
          expect(answer?.status, `${path}?${query}`).toBeLessThan(500);
        }
      }
    }
  });
});
