// Starts a stack, creates signature requests with its demo test key, reads them back, and prints how long that took.
//   node bench.mjs <stack program> <shape>
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";

const [program, shape] = process.argv.slice(2);
const CREATES = 300;
const READS = 1000;
const CALLERS = 16;
// The rates of one key are not what is measured.
const UNLIMITED = ["OKD_RATE_PER_SECOND=1000000", "OKD_RATE_BURST=1000000"];

/** A PDF of one page and one line of text, with a true cross-reference table. */
function samplePdf() {
  const content = "BT /F1 24 Tf 72 720 Td (A contract to sign) Tj ET";
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return String(offset).padStart(10, "0");
  });
  const table = offsets.map((offset) => `${offset} 00000 n \n`).join("");
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<</Size ${size}/Root 1 0 R>>\nstartxref\n`;
  return file + `${file.lastIndexOf("xref\n0")}\n%%EOF\n`;
}

/** Runs `count` calls from `callers` callers at once; returns what the table tells. */
async function measure(name, count, callers, call) {
  const times = [];
  let next = 0;
  const began = performance.now();
  const caller = async () => {
    for (let turn = next++; turn < count; turn = next++) {
      const start = performance.now();
      await call(turn);
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1);
  return { what: name, callers, calls: count, "per second": (count / seconds).toFixed(0), "p50 ms": at(0.5), "p95 ms": at(0.95), "p99 ms": at(0.99) };
}

const stack = spawn(program, [shape, ...UNLIMITED], { stdio: ["pipe", "pipe", "inherit"] });
const ended = once(stack, "exit");
const [line] = await Promise.race([
  once(createInterface({ input: stack.stdout }), "line"),
  ended.then(([code]) => Promise.reject(new Error(`the stack ended with ${code}`))),
]);
const told = JSON.parse(line);
const logs = Object.values(told.logs).map((path) => readFileSync(path, "utf8"));
const key = logs.join("\n").match(/okd_test_[A-Za-z0-9_]+/)?.[0];
if (!key) throw new Error("no test key in the ready block");

const headers = { "x-api-key": key, "content-type": "application/json" };
const body = JSON.stringify({ filedata: { content: Buffer.from(samplePdf()).toString("base64"), filename: "bench.pdf" } });
const documents = [];

async function create() {
  const answer = await fetch(`${told.api}/JSON/signatureRequest`, { method: "POST", headers, body });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`create: ${answer.status} ${text}`);
  documents.push(JSON.parse(text).documentId);
}

async function read(path) {
  const answer = await fetch(`${told.api}${path}`, { headers });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
}

try {
  await measure("warm-up", 20, 1, create);
  const of = (turn) => documents[turn % documents.length];
  const rows = [
    await measure("create", CREATES, 1, create),
    await measure("create", CREATES, CALLERS, create),
    await measure("metadata", READS, CALLERS, (turn) => read(`/JSON/document/metadata/${of(turn)}`)),
    await measure("download", READS, CALLERS, (turn) => read(`/JSON/document/${of(turn)}`)),
    await measure("counter", READS, CALLERS, () => read("/JSON/counter")),
  ];
  console.log(`${shape}, ${cpus().length} cores, the callers on the same machine`);
  console.table(rows);
} finally {
  stack.stdin.end();
  await ended;
}
