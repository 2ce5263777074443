// Runs the Postman collection that developers get, with newman, against a product of its own; a line for each request.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import newman from 'newman';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FOLDER = path.join(ROOT, 'openapi/postman');
const read = (...parts) => JSON.parse(readFileSync(path.join(...parts), 'utf8'));

const collection = read(FOLDER, 'okdokument.postman_collection.json');
const environment = read(FOLDER, 'okdokument.postman_environment.json');

const requests = collection.item.flatMap((folder) => folder.item);

/** The wire contract's operations, as `GET /JSON/document/{}`, that the collection calls nowhere. */
function leftOut() {
  const bare = (text) => text.replace(/\{+[^}]*\}+/g, '{}').split('?')[0];
  const called = requests.map(({ request }) => `${request.method} ${bare(request.url.path.join('/'))}`);
  const { paths } = read(ROOT, 'openapi/public.json');
  const promised = Object.entries(paths)
    .filter(([route]) => /^\/(JSON|rest)\//.test(route))
    .flatMap(([route, methods]) => Object.keys(methods).map((method) => [method.toUpperCase(), route]))
    .concat([['GET', '/openDocument/{id}']])
    .map(([method, route]) => `${method} ${bare(route.slice(1))}`);
  return promised.filter((one) => !called.includes(one));
}

/** A product in one process, and the demo tenant's test key. */
async function start() {
  const target = process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target');
  const stack = spawn(path.join(target, 'debug/examples/stack'), ['one-sqlite'], {
    env: { ...process.env, OKD_BIN: process.env.OKD_BIN ?? path.join(target, 'debug/okdokument') },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(stack, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: stack.stdout }), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`the stack ended with ${code}`))),
  ]);
  const { api, logs } = JSON.parse(line);
  const stop = async () => {
    stack.stdin.end();
    const [code] = await ended;
    if (code !== 0) throw new Error(`the stack ended with ${code}`);
  };
  // The block with the key is printed behind the line that says ready.
  for (let tries = 0; tries < 300; tries += 1) {
    const said = Object.values(logs).map((log) => readFileSync(log, 'utf8'));
    const key = /okd_test_\w+/.exec(said.join('\n'))?.[0];
    if (key !== undefined) return { api, key, stop };
    await sleep(100);
  }
  await stop();
  throw new Error('no test key in the ready block');
}

function run({ api, key }) {
  return new Promise((resolve, reject) => {
    const running = newman.run(
      {
        collection,
        environment,
        envVar: [
          { key: 'baseUrl', value: api },
          { key: 'apiKey', value: key },
        ],
        workingDir: FOLDER,
        reporters: [],
        timeoutRequest: 60_000,
      },
      (error, summary) => (error ? reject(error) : resolve(summary)),
    );
    let failed = [];
    let checks = 0;
    let told = '';
    let body = '';
    running.on('assertion', (error, { assertion }) => {
      checks += 1;
      if (error) failed.push(`${assertion}: ${error.message}`);
    });
    running.on('request', (error, { request, response }) => {
      told = `${request.method} ${request.url.getPath()} ${error ? error.message : response.code}`;
      body = response?.text().slice(0, 500);
    });
    running.on('item', (_, { item }) => {
      console.log(`  ${failed.length === 0 ? 'ok    ' : 'FAILED'}  ${item.name}: ${told}, ${checks} checks`);
      for (const one of failed) console.log(`          ${one}`);
      if (failed.length > 0) console.log(`          ${body}`);
      failed = [];
      checks = 0;
    });
  });
}

const missing = leftOut();
if (missing.length > 0) throw new Error(`the collection calls nowhere: ${missing.join(', ')}`);
const product = await start();
try {
  const { run: told } = await run(product);
  const { requests: sent, assertions } = told.stats;
  console.log(
    `Postman: ${sent.total} requests, ${assertions.total} checks, ${told.failures.length} failures`,
  );
  for (const { error, source } of told.failures) console.log(`  ${source?.name}: ${error.message}`);
  if (told.failures.length > 0 || sent.total !== requests.length) process.exitCode = 1;
} finally {
  await product.stop();
}
