// What long lists and large files cost in memory, each service in a process of its own; writes a report.
//   node bench-streams.mjs <stack program> <report> <commit>
import { spawn, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { cpus, loadavg, totalmem } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

const [program, report, commit] = process.argv.slice(2);
const SHAPES = ["four-sqlite", "four-postgres-redis"];
const LISTED = 100_000;
const LISTS = 9;
const FIRST_BYTE_MS = 50;
const FILE_BYTES = 10_000_000;
const AT_ONCE = 64;
const FILES_A_REQUEST = 2;
/// What buffers may add while the gateway forwards; a single body is larger than this share of all.
const FLAT_MB = 32;
const MB = 1_000_000;
// The rates of one key are not what is measured, nor is a limit on the size of files.
const SETTINGS = ["OKD_RATE_PER_SECOND=1000000", "OKD_RATE_BURST=1000000"];
const password = "operator of a benchmark";

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const mb = (bytes) => (bytes / MB).toFixed(1);

/** A PDF of about so many bytes: one page with a picture that no packing makes smaller. */
function pdf(bytes) {
  const parts = [Buffer.from("%PDF-1.7\n")];
  let size = parts[0].length;
  const offsets = [];
  const add = (...pieces) => {
    offsets.push(size);
    for (const piece of [`${offsets.length} 0 obj\n`, ...pieces, "\nendobj\n"]) {
      const buffer = Buffer.from(piece);
      parts.push(buffer);
      size += buffer.length;
    }
  };
  const side = Math.max(8, Math.floor(Math.sqrt((bytes - 1_000) / 3)));
  const content = "q 400 0 0 400 72 300 cm /Im Do Q";
  add("<</Type/Catalog/Pages 2 0 R>>");
  add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
  add("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</Im 5 0 R>>>>>>");
  add(`<</Length ${content.length}>>stream\n${content}\nendstream`);
  add(
    `<</Type/XObject/Subtype/Image/Width ${side}/Height ${side}/ColorSpace/DeviceRGB/BitsPerComponent 8/Length ${side * side * 3}>>stream\n`,
    randomBytes(side * side * 3),
    "\nendstream",
  );
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = offsets.length + 1;
  parts.push(
    Buffer.from(`xref\n0 ${count}\n0000000000 65535 f \n${table}trailer\n<</Size ${count}/Root 1 0 R>>\nstartxref\n${size}\n%%EOF\n`),
  );
  return Buffer.concat(parts);
}

/** A running product. */
async function start(shape) {
  const stack = spawn(program, [shape, ...SETTINGS, `OKD_OPERATOR_PASSWORD=${password}`], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(stack, "exit");
  const [line] = await Promise.race([
    once(createInterface({ input: stack.stdout }), "line"),
    ended.then(([code]) => Promise.reject(new Error(`the stack ended with ${code}`))),
  ]);
  const stop = async () => {
    stack.stdin.end();
    await ended;
  };
  return { ...JSON.parse(line), stop };
}

/** The test key of a new tenant, as its owner gets one in the portal. */
async function testKey({ portal, operator }) {
  const email = "bench@okdokument.example";
  const secret = "a long pass phrase of words";
  let cookie = "";
  const post = async (route, body) => {
    const headers = { origin: portal, cookie, "content-type": "application/json" };
    const answer = await fetch(portal + route, { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${route}: ${answer.status} ${await answer.text()}`);
    const set = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
    if (set.length > 0) cookie = set.join("; ");
    return JSON.parse((await answer.text()) || "null");
  };
  await post("/api/tenant/sign-ups", { email, password: secret, tenantName: "Bench" });
  const credentials = Buffer.from(`operator:${password}`).toString("base64");
  const outbox = await fetch(`${operator}/outbox.json`, { headers: { authorization: `Basic ${credentials}` } });
  const { items } = await outbox.json();
  const token = /#token=(\S+)/.exec(items.find(({ to }) => to === email).text)[1];
  await post("/api/tenant/email-confirmations", { token, password: secret });
  await post("/api/tenant/sessions", { email, password: secret });
  const publicKey = readFileSync(path.join(import.meta.dirname, "../../tests/e2e/src/public_key.pem"), "utf8");
  await post("/api/tenant/activation", { termsVersion: "2026-11", keepRawInk: false, publicKey });
  return (await post("/api/tenant/api-keys", { name: "bench", mode: "test" })).secret;
}

/** One call; answers the status, how many bytes came and when the first and the last of them did. */
function call(api, { method = "GET", route, headers, body, agent }) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const sent = request(api + route, { method, headers, agent }, (answer) => {
      let bytes = 0;
      let first;
      const start = [];
      answer.on("data", (chunk) => {
        first ??= performance.now() - began;
        bytes += chunk.length;
        if (start.length < 4) start.push(chunk);
      });
      answer.on("end", () =>
        resolve({ status: answer.statusCode, bytes, first, last: performance.now() - began, text: Buffer.concat(start).toString() }),
      );
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Resident memory now and at its height since the last call of this, from what the kernel keeps. */
class Memory {
  constructor(pid) {
    this.proc = `/proc/${pid}`;
  }
  #kb(name) {
    return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`${this.proc}/status`, "utf8"))[1]) * 1024;
  }
  begin() {
    writeFileSync(`${this.proc}/clear_refs`, "5");
    this.before = this.#kb("VmRSS");
  }
  /** How far it rose above where it was. */
  rise() {
    return Math.max(0, this.#kb("VmHWM") - this.before);
  }
}

/** Copies the one document that is there, each copy a second older than the last. */
function seed({ database, dataDir }, documentId) {
  const copies = LISTED - 1;
  const insert = (columns, id, numbers) => {
    const changed = { id, created_at: "created_at - 1000 * n.i", number: "number - 1000 * n.i", current_request: "NULL" };
    const values = columns.map((column) => changed[column] ?? `documents.${column}`);
    return `INSERT INTO documents (${columns.join(", ")}) SELECT ${values.join(", ")} FROM documents, ${numbers} WHERE documents.id = '${documentId}'`;
  };
  const lines = (program, ...options) => execFileSync(program, options, { encoding: "utf8" }).trim().split("\n");
  if (database) {
    const sql = (text) => lines("psql", database, "-v", "ON_ERROR_STOP=1", "-qAt", "-c", text);
    const from = (what, which) => `SELECT ${what} FROM information_schema.${which} WHERE table_name = 'documents'`;
    const [schema] = sql(from("table_schema", "tables"));
    const text = insert(sql(from("column_name", "columns")), "'bench' || lpad(n.i::text, 34, '0')", `generate_series(1, ${copies}) AS n(i)`);
    sql(`SET search_path TO "${schema}"; ${text}; ANALYZE documents`);
    return;
  }
  const store = path.join(dataDir, "signing.db");
  const sql = (text) => lines("python3", "-c", SQLITE, store, text);
  const columns = sql("SELECT name FROM pragma_table_info('documents')");
  const numbers = `(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${copies}) SELECT i FROM n) AS n`;
  sql(insert(columns, "'bench' || printf('%034d', n.i)", numbers));
}

/** SQLite's own shell is not everywhere where Python is. */
const SQLITE = `
import sqlite3, sys
with sqlite3.connect(sys.argv[1], timeout=60) as store:
    for row in store.execute(sys.argv[2]):
        print(*row)
`;

const createBody = (file) =>
  Buffer.from(JSON.stringify({ filedata: { filename: "bench.pdf", content: file.toString("base64") } }));

async function lists(product, headers) {
  const { api } = product;
  const made = await call(api, { method: "POST", route: "/JSON/signatureRequest", headers, body: createBody(pdf(20_000)) });
  if (made.status !== 200) throw new Error(`create: ${made.status} ${made.text}`);
  seed(product, JSON.parse(made.text).documentId);
  const list = async () => {
    const told = await call(api, { route: "/JSON/list/flat", headers });
    if (told.status !== 200) throw new Error(`list: ${told.status} ${told.text}`);
    return told;
  };
  // Warm: connections, statements, pages of the store.
  const { bytes } = await list();
  const gateway = new Memory(product.processes.gateway);
  const signing = new Memory(product.processes.signing);
  gateway.begin();
  signing.begin();
  const told = [];
  for (let turn = 0; turn < LISTS; turn += 1) told.push(await list());
  return {
    bytes,
    first: median(told.map(({ first }) => first)),
    worstFirst: Math.max(...told.map(({ first }) => first)),
    last: median(told.map(({ last }) => last)),
    gateway: gateway.rise(),
    signing: signing.rise(),
  };
}

async function creates(product, headers, form) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const round = async (file) => {
    const { route, type, body } = form(file);
    const sent = { ...headers, "content-type": type, "content-length": body.length };
    const one = () => call(product.api, { method: "POST", route, headers: sent, body, agent });
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, one));
    for (const { status, text } of answers) if (status !== 200) throw new Error(`create: ${status} ${text}`);
    return answers;
  };
  // As many connections, buffers and workers as later, with files that weigh nothing.
  await round(pdf(20_000));
  const gateway = new Memory(product.processes.gateway);
  const signing = new Memory(product.processes.signing);
  gateway.begin();
  signing.begin();
  const began = performance.now();
  const answers = await round(pdf(FILE_BYTES));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { seconds, median: median(answers.map(({ last }) => last)), gateway: gateway.rise(), signing: signing.rise() };
}

const json = (file) => ({ route: "/JSON/signatureRequest", type: "application/json", body: createBody(file) });
function multipart(file) {
  const boundary = "a-boundary-of-the-benchmark";
  const part = (head) => `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${part('name="dataText"')}{}\r\n${part('name="file"; filename="bench.pdf"')}`),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  return { route: "/JSON/upload", type: `multipart/form-data; boundary=${boundary}`, body };
}

const load = loadavg()[0];
const told = [];
for (const shape of SHAPES) {
  const product = await start(shape);
  try {
    const headers = { "x-api-key": await testKey(product), "content-type": "application/json" };
    const list = await lists(product, headers);
    console.log(`${shape}: listed`);
    const base64 = await creates(product, headers, json);
    console.log(`${shape}: created from base64`);
    told.push({ shape, list, base64, form: await creates(product, headers, multipart) });
    console.log(`${shape}: created from forms`);
  } catch (error) {
    for (const log of Object.values(product.logs)) console.log(readFileSync(log, "utf8").slice(-2_000));
    throw error;
  } finally {
    await product.stop();
  }
}

const met = (is) => (is ? "met" : "**missed**");
const files = (bytes) => bytes / AT_ONCE / FILE_BYTES;
const rows = told.flatMap(({ shape, list, base64, form }) => [
  `| ${shape} | list: first byte, median (worst) | ${list.first.toFixed(1)} ms (${list.worstFirst.toFixed(1)} ms) | under ${FIRST_BYTE_MS} ms | ${met(list.worstFirst < FIRST_BYTE_MS)} |`,
  `| ${shape} | list: all ${mb(list.bytes)} MB, median | ${(list.last / 1000).toFixed(2)} s | | |`,
  `| ${shape} | list: gateway above where it was | ${mb(list.gateway)} MB | flat: under ${FLAT_MB} MB | ${met(list.gateway < FLAT_MB * MB)} |`,
  `| ${shape} | list: signing above where it was | ${mb(list.signing)} MB | flat: under ${FLAT_MB} MB | ${met(list.signing < FLAT_MB * MB)} |`,
  ...[["base64", base64], ["form", form]].flatMap(([kind, one]) => [
    `| ${shape} | creates, ${kind}: gateway above where it was | ${mb(one.gateway)} MB | flat: under ${FLAT_MB} MB of ${mb(AT_ONCE * FILE_BYTES)} MB | ${met(one.gateway < FLAT_MB * MB)} |`,
    `| ${shape} | creates, ${kind}: signing above where it was, a request | ${files(one.signing).toFixed(2)} files (${mb(one.signing)} MB in all) | at most ${FILES_A_REQUEST} files | ${met(files(one.signing) <= FILES_A_REQUEST)} |`,
    `| ${shape} | creates, ${kind}: all ${AT_ONCE}, and the median one | ${one.seconds.toFixed(1)} s, ${(one.median / 1000).toFixed(1)} s | | |`,
  ]),
]);
const text = `# Long lists and large files

Written by \`make bench\`; not by hand. Commit ${commit}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB,
load ${load.toFixed(2)} before it began, the callers on the same machine.

Each service is a process of its own, so that memory tells whose it is: resident memory before, and its height meanwhile as the
kernel kept it. Workers that parse PDFs are further processes and not counted. The list is ${LISTED.toLocaleString("en")} documents of one
tenant, ${LISTS} times after one to warm up. The creates are ${AT_ONCE} at once of a PDF of ${FILE_BYTES / MB} MB that does not pack, after as many with a file of
20 kB; *base64* is \`POST /JSON/signatureRequest\`, *form* is \`POST /JSON/upload\`.

| Shape | What | Measured | Goal | |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
writeFileSync(report, text);
console.log(text);
if (text.includes("**missed**")) process.exitCode = 1;
