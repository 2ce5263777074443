// What the gateway asks of the folder that it serves: plain names, no inline script, no host but its own, no dead link.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { build } from "../build.mjs";
import { errorRow } from "../pages.mjs";

const ERRORS = path.join(import.meta.dirname, "../../../../docs/errors");
/** @type {string} */
let out;
/** @type {string[]} */
let names;

before(async () => {
  out = await mkdtemp(path.join(tmpdir(), "okd-reference-"));
  await build(out);
  names = await readdir(out);
});

after(() => rm(out, { recursive: true }));

/** @returns {Promise<{ name: string, html: string }[]>} */
const pages = () =>
  Promise.all(
    names
      .filter((name) => name.endsWith(".html"))
      .map(async (name) => ({ name, html: await readFile(path.join(out, name), "utf8") })),
  );

test("every name is one the gateway serves", () => {
  for (const name of names) assert.match(name, /^[A-Za-z0-9][A-Za-z0-9.-]*$/);
});

test("no page brings a script or a style of its own", async () => {
  for (const { name, html } of await pages()) {
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|\sstyle=/, name);
  }
});

test("pages load everything from this origin", async () => {
  for (const { name, html } of await pages()) {
    for (const [, url] of html.matchAll(/(?:src|<link[^>]* href)="([^"]+)"/g)) {
      assert.match(url ?? "", /^\/docs\//, name);
    }
  }
});

test("every link leads to a page, an error or the contract", async () => {
  const errors = await readdir(ERRORS);
  for (const { name, html } of await pages()) {
    for (const [, href = ""] of html.matchAll(/<a[^>]* href="([^"]+)"/g)) {
      const target = href.replace(/^\/docs\//, "").replace(/#.*$/, "");
      const known =
        href === "/docs" ||
        href === "/openapi.json" ||
        names.includes(target) ||
        errors.includes(`${target.replace(/^errors\//, "")}.md`);
      assert.ok(known, `${name} links to ${href}`);
    }
  }
});

test("the guide on errors lists every code", async () => {
  const guide = await readFile(path.join(out, "guide-errors.html"), "utf8");
  for (const file of await readdir(ERRORS)) {
    assert.ok(guide.includes(`/docs/errors/${file.replace(/\.md$/, "")}"`), file);
  }
});

test("an error page that does not tell its status is refused", () => {
  assert.equal(
    errorRow("err.a.md", "# err.a\n\nStatus 404. There is no a.\n"),
    "| [err.a](../errors/err.a.md) | 404 | There is no a. |",
  );
  assert.throws(() => errorRow("err.a.md", "# err.a\n\nThere is no a.\n"), /Status NNN/);
});
