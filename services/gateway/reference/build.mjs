// Puts the reference page and the guides into dist/, all plain names in one folder: the gateway serves nothing else.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { ERROR_LIST, GUIDES, POSTMAN, errorRow, guidePage, pageName, referencePage } from "./pages.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROOT = path.join(HERE, "../../..");
const DOCS = path.join(ROOT, "docs");
const OWN_FILES = ["docs.css", "mark.svg", "reference.css", "reference.js"];
// One prebuilt file: the package's own modules would pull its whole tree of dependencies into a bundle.
const SCALAR = path.join(HERE, "node_modules/@scalar/api-reference/dist/browser/standalone.js");

/** @param {string} out the folder to fill; what was in it is gone */
export async function build(out) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  for (const name of OWN_FILES) await copyFile(path.join(HERE, "src", name), path.join(out, name));
  await copyFile(SCALAR, path.join(out, "scalar.js"));
  for (const [name, file] of POSTMAN) await copyFile(path.join(ROOT, file), path.join(out, name));

  const errors = await errorTable();
  const guides = await Promise.all(
    GUIDES.map(async (name) => ({
      name,
      text: await readFile(path.join(DOCS, "guides", `${name}.md`), "utf8"),
    })),
  );
  for (const guide of guides) {
    const text = guide.text.replace(ERROR_LIST, errors);
    await writeFile(path.join(out, pageName(guide.name)), guidePage(guide.name, text, guides));
  }
  await writeFile(path.join(out, "index.html"), referencePage(guides));
  await noGuideIsForgotten();
}

async function errorTable() {
  const folder = path.join(DOCS, "errors");
  const names = (await readdir(folder)).filter((name) => name.startsWith("err.")).sort();
  const rows = names.map(async (name) => errorRow(name, await readFile(path.join(folder, name), "utf8")));
  return ["| Code | Status | Meaning |", "| --- | --- | --- |", ...(await Promise.all(rows))].join("\n");
}

async function noGuideIsForgotten() {
  const known = new Set(GUIDES.map((name) => `${name}.md`));
  const strangers = (await readdir(path.join(DOCS, "guides"))).filter((name) => !known.has(name));
  if (strangers.length) throw new Error(`docs/guides: ${strangers.join(", ")} is not in GUIDES of pages.mjs`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await build(path.join(HERE, "dist"));
