/** What Node's own client and real sockets make of servers that misbehave. */
import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createPlain } from "node:http";
import { connect, type Socket } from "node:net";
import { createServer as createSecure } from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { GatewayError } from "../errors.js";
import { aSending, type RawServer, startRawServer } from "../testing/raw-server.js";
import { until } from "../testing/until.js";
import { exchange, type Sending } from "./exchange.js";

const never = new AbortController().signal;
afterEach(() => vi.unstubAllEnvs());

/** A server that answers every request with the same bytes, and leaves the connection as it is. */
function answering(...answers: readonly (string | Buffer)[]): Promise<RawServer> {
  return startRawServer((socket) => {
    for (const answer of answers) socket.write(answer);
  });
}

/** … and closes the connection after it. */
function closingAfter(answer: string): Promise<RawServer> {
  return startRawServer((socket) => socket.end(answer, "latin1"));
}

const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
const inChunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

function withBody(body: string | Buffer, ...headers: readonly string[]): Buffer {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  const head = ["HTTP/1.1 200 OK", length, ...headers, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

async function send(server: Pick<RawServer, "url">, more: Partial<Sending> = {}, signal = never) {
  const { status, headers, bytes } = await exchange(aSending(server.url, more), signal);
  return { status, headers, text: Buffer.from(bytes).toString() };
}

async function failure(call: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof GatewayError) return error;
  throw new Error("There was no GatewayError.", { cause: error });
}

const inDoubt = { failure: "transient", isOutcomeKnown: false };
const notSent = { failure: "transient", isOutcomeKnown: true };
const aPost = { method: "POST", body: '{"a":1}' };

describe("a connection", () => {
  it("serves one request after another", async () => {
    await using server = await answering(ok);
    for (let nth = 0; nth < 3; nth++) expect((await send(server, aPost)).text).toBe("{}");
    expect(server.connections()).toBe(1);
    expect(server.received().match(/POST \/ HTTP\/1\.1\r\n/gu)).toHaveLength(3);
  });

  it("is closed by us after a while without requests", async () => {
    await using server = await answering(ok);
    await send(server);
    expect(server.open()).toBe(1);
    await until(() => server.open() === 0, { timeoutMs: 20_000 });
  }, 30_000);

  it("that was closed when a request came leaves in doubt what became of that", async () => {
    await using server = await startRawServer((socket, _text, nth) => {
      if (nth === 0) socket.write(ok);
      else socket.destroy();
    });
    await send(server, aPost);
    expect(await failure(send(server, aPost))).toMatchObject(inDoubt);
    // Neither is a GET sent a second time: whether anything is tried again is not decided here.
    expect(server.received().match(/POST/gu)).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  it("is taken anew where the server has closed the old one in time", async () => {
    await using server = await closingAfter(ok);
    for (let nth = 0; nth < 3; nth++) {
      expect((await send(server, aPost)).text).toBe("{}");
      await until(() => server.open() === 0);
    }
    expect(server.connections()).toBe(3);
  });

  it("to what was checked is nobody else's", async () => {
    await using server = await answering(ok);
    const checked: string[] = [];
    const check = (address: string) => void checked.push(address);
    await send(server);
    for (let nth = 0; nth < 2; nth++) await send(server, { check });
    await send(server);
    expect(checked).toEqual(["127.0.0.1", "127.0.0.1"]);
    expect(server.connections()).toBe(3);
    expect(server.received().match(/connection: close/giu)).toHaveLength(2);
  });

  it("goes over IPv6, too", async () => {
    const server = await answeringOn("::1").catch(() => undefined);
    if (server === undefined) return;
    await using _ = server;
    const url = new URL(`http://[::1]:${server.port}/x?y=z`);
    expect((await send({ url })).text).toBe("{}");
    expect(server.received()).toMatch(/^GET \/x\?y=z HTTP\/1\.1\r\n/u);
    expect(server.received()).toContain(`Host: [::1]:${server.port}`);
  });
});

function answeringOn(host: string): Promise<RawServer> {
  return startRawServer((socket) => socket.write(ok), { host });
}

/** A server that speaks TLS, answers nothing, and whom nobody trusts. */
async function secureServer() {
  const pem = (name: string) =>
    readFileSync(new URL(`../testing/fixtures/tls/${name}.pem`, import.meta.url));
  let decrypted = "";
  const server = createSecure({ key: pem("key"), cert: pem("certificate") }, (socket) => {
    socket.on("data", (data: Buffer) => {
      decrypted += data;
    });
    socket.on("error", () => {});
  });
  const raw = await startRawServer(() => {}, { server });
  const url = new URL(`https://127.0.0.1:${raw.port}/`);
  return { ...raw, url, decrypted: () => decrypted };
}

describe("what was not sent", () => {
  it("is known not to have happened where nobody is, or nothing has the name", async () => {
    const server = await answering(ok);
    await server[Symbol.asyncDispose]();
    expect(await failure(send(server, aPost))).toMatchObject(notSent);
    const url = new URL("http://nobody.invalid/");
    expect(await failure(send({ url }, aPost))).toMatchObject(notSent);
  });

  it("is known not to have happened where the certificate is not to be trusted", async () => {
    await using server = await secureServer();
    const error = await failure(send(server, aPost));
    expect(error).toMatchObject(notSent);
    expect(error.message).toContain("SELF_SIGNED_CERT");
    await until(() => server.open() === 0);
    expect(server.decrypted()).toBe("");
  });

  it("is known not to have happened where TLS is never agreed on", async () => {
    await using server = await startRawServer(() => {});
    const url = new URL(`https://127.0.0.1:${server.port}/`);
    const error = await failure(send({ url }, { ...aPost, timeoutMs: 50 }));
    expect(error).toMatchObject(notSent);
    await using other = await startRawServer((socket) => socket.write("HTTP/1.1 400 No\r\n\r\n"));
    const wrong = new URL(`https://127.0.0.1:${other.port}/`);
    expect(await failure(send({ url: wrong }, aPost))).toMatchObject(notSent);
  });

  it("is not what was sent before TLS broke", async () => {
    await using server = await secureServer();
    await using between = await startRawServer((socket, text, nth) => {
      if (nth === 0) {
        const onwards = connect(server.port, "127.0.0.1").on("error", () => {});
        socket.pipe(onwards).pipe(socket);
        onwards.write(text, "latin1");
        // The request is there, and then what comes back is no TLS.
        void until(() => server.decrypted() !== "").then(() => socket.write("no TLS".repeat(9)));
      }
    });
    const url = new URL(`https://127.0.0.1:${between.port}/`);
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    const error = await failure(send({ url }, aPost));
    expect(error).toMatchObject(inDoubt);
    expect(error.message).toContain("ERR_SSL");
  });

  it("includes what would be a header or a line of its own", async () => {
    await using server = await answering(ok);
    for (const headers of [{ "X-A": "a\r\nX-B: b" }, { "X-A\r\nX-B": "b" }]) {
      await expect(send(server, { headers })).rejects.toThrow(/header/iu);
    }
    await expect(send(server, { method: "GET / HTTP/1.1\r\nX-B:" })).rejects.toThrow(/method/iu);
    expect(server.received()).toBe("");
  });

  it("includes user and password in an address", async () => {
    await using server = await answering(ok);
    await send({ url: new URL(`http://ann:s3cret@127.0.0.1:${server.port}/`) });
    expect(server.received()).not.toMatch(/authorization|s3cret/iu);
  });
});

describe("an answer", () => {
  it.each([
    ["no byte at all", ""],
    ["half a head", "HTTP/1.1 200 OK\r\ncontent-le"],
    ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
    ["less than it promised", "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n[]"],
    ["no last chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[]\r\n"],
    ["a chunk that is none", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n[]"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n[]"],
    ["another protocol", "HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"],
    ["a head without end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(100_000)}`],
  ])("of %s leaves in doubt what became of the request", async (_, answer) => {
    await using server = await closingAfter(answer);
    expect(await failure(send(server, aPost))).toMatchObject(inDoubt);
    expect(server.connections()).toBe(1);
  });

  it.each([
    ["ends with the connection", "HTTP/1.0 200 OK\r\n\r\n[1]", 200, "[1]"],
    [
      "comes in chunks",
      "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n[1]\r\n0\r\n\r\n",
    ],
    ["comes after a hint", `HTTP/1.1 103 Hints\r\nlink: <x>\r\n\r\n${withBody("[1]")}`],
    ["has no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""],
    ["has not changed", "HTTP/1.1 304 Not Modified\r\ncontent-length: 7\r\n\r\n", 304, ""],
  ])("is read that %s", async (_, answer, status = 200, text = "[1]") => {
    await using server = await closingAfter(answer);
    expect(await send(server)).toMatchObject({ status, text });
  });

  it.each([
    ["more than its length", `${ok}\r\n<!-- cached -->`, 200, "{}"],
    [
      "a body where there is none",
      "HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n{}",
      204,
      "",
    ],
    ["more than its last chunk", `${inChunks}garbage`, 200, "{}"],
  ])(
    "is read that brings %s, and its connection is used no more",
    async (_, answer, status, text) => {
      await using server = await answering(answer);
      expect(await send(server, aPost)).toMatchObject({ status, text });
      await until(() => server.open() === 0);
      expect(await send(server, aPost)).toMatchObject({ status, text });
      expect(server.connections()).toBe(2);
    },
  );

  it("to HEAD has no body, whatever length it tells", async () => {
    await using server = await answering("HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n");
    expect(await send(server, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });

  it("has headers in latin1, and those of one name as one", async () => {
    await using server = await answering(
      withBody("", "link: <a>", "Link: <b>", "set-cookie: a", "set-cookie: b", "x: caf\u00e9"),
    );
    const { headers } = await send(server);
    const read = ["link", "Link", "set-cookie", "x", "none"].map((name) => headers.get(name));
    expect(read).toEqual(["<a>, <b>", "<a>, <b>", "a, b", "caf\u00e9", null]);
  });

  it("has as long as was said, until its last byte", async () => {
    let drip: ReturnType<typeof setInterval> | undefined;
    await using server = await startRawServer((socket: Socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 90000\r\n\r\n");
      drip = setInterval(() => socket.write("x"), 5);
    });
    const error = await failure(send(server, { timeoutMs: 60 }));
    clearInterval(drip);
    expect(error).toMatchObject(inDoubt);
    expect(error.message).toContain("no answer within 60 ms");
    await until(() => server.open() === 0);
  });

  it("counts although the request was not read to its end", async () => {
    const paused: Socket[] = [];
    await using server = await startRawServer((socket, _text, nth) => {
      if (nth > 0) return;
      paused.push(socket.pause());
      socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\n{}");
    });
    const body = new Uint8Array(30_000_000);
    expect(await send(server, { method: "POST", body })).toMatchObject({ status: 413 });
    for (const socket of paused) socket.resume();
    await until(() => server.open() === 0, { what: "The end of that connection" });
    expect(server.received().length).toBeLessThan(body.length);
  });
});

describe("an encoded answer", () => {
  const text = JSON.stringify({ text: "quack ".repeat(2000) });

  it.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["GZIP, identity", gzipSync(text)],
    ["br, gzip", gzipSync(brotliCompressSync(text))],
    ["identity", Buffer.from(text)],
    ["", Buffer.from(text)],
  ])("is decoded: %j", async (coding, body) => {
    await using server = await answering(withBody(body, `content-encoding: ${coding}`));
    expect((await send(server)).text).toBe(text);
    expect(server.received()).toMatch(/accept-encoding: gzip, br\r\n/iu);
  });

  it("may be empty", async () => {
    await using server = await answering(withBody("", "content-encoding: gzip"));
    expect((await send(server)).text).toBe("");
  });

  it.each([
    ["gzip", gzipSync(text).subarray(0, -20)],
    ["gzip", Buffer.from(text)],
    ["br", brotliCompressSync(text).subarray(0, -5)],
    ["deflate", Buffer.from("[]")],
    ["zstd", Buffer.from("[]")],
    ["__proto__", Buffer.from("[]")],
    ["gzip, gzip, gzip, gzip", gzipSync(gzipSync(gzipSync(gzipSync(text))))],
  ])("that is broken leaves in doubt what became of the request: %s", async (coding, body) => {
    await using server = await answering(withBody(body, `content-encoding: ${coding}`));
    const error = await failure(send(server, aPost));
    expect(error).toMatchObject({ ...inDoubt, status: 200 });
    expect(error.message).toMatch(/: the answer is /u);
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(50_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(50_000_000))],
    ["gzip, gzip", gzipSync(gzipSync(Buffer.alloc(50_000_000)))],
  ])("does not grow past what may come: %s", async (coding, bomb) => {
    await using server = await answering(withBody(bomb, `content-encoding: ${coding}`));
    const error = await failure(send(server, { tooLong: "permanent" }));
    expect(error).toMatchObject({ failure: "permanent", isOutcomeKnown: false });
    expect(error.message).toContain("too long");
  });
});

describe("a signal that lives long", () => {
  it("is left as it was, however requests end", async () => {
    const { signal } = new AbortController();
    await using server = await answering(ok);
    await using broken = await closingAfter("no HTTP");
    await using silent = await startRawServer(() => {});
    await send(server, {}, signal);
    await failure(send(broken, {}, signal));
    await failure(send(silent, { timeoutMs: 20 }, signal));
    await failure(send(server, { maxBytes: 1 }, signal));
    await expect(send(server, { headers: { "X-A": "\n" } }, signal)).rejects.toThrow(/header/iu);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("ends what is under way at once, and its connection", async () => {
    const controller = new AbortController();
    await using silent = await startRawServer(() => {});
    const asked = send(silent, {}, controller.signal);
    const settled = Promise.allSettled([asked]);
    await until(() => silent.received() !== "");
    const reason = new Error("over");
    controller.abort(reason);
    expect(await settled).toEqual([{ status: "rejected", reason }]);
    await until(() => silent.open() === 0);
    await expect(send(silent, {}, controller.signal)).rejects.toBe(reason);
    expect(silent.connections()).toBe(1);
  });
});

describe("a request", () => {
  it.each(["POST", "PUT", "PATCH", "DELETE"])(
    "of %s tells how long its body is",
    async (method) => {
      const bodies: string[] = [];
      const http = createPlain(async (request, response) => {
        for await (const chunk of request) bodies.push(String(chunk));
        bodies.push(request.headers["content-length"] ?? "");
        response.end("{}");
      });
      await using server = await startRawServer(() => {}, { server: http });
      await send(server, { method, body: "tři" });
      await send(server, { method, body: Buffer.from("tři") });
      expect(bodies).toEqual(["tři", "4", "tři", "4"]);
    },
  );
});
