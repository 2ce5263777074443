// What a page looks like: the bar over all of them, a guide from its Markdown, the reference around Scalar.
import { Marked } from "marked";

/** The guides in the order they are read in; `docs/guides/<name>.md`. */
export const GUIDES = [
  "quick-start",
  "coming-from-another-host",
  "authentication",
  "documents",
  "upload-report",
  "rules",
  "idempotency",
  "charges-and-receipts",
  "callbacks",
  "mail",
  "audit",
  "verification",
  "evidence",
  "errors",
  "limits",
];

/** What Postman imports, as the gateway serves it, and where it is in the repository. */
export const POSTMAN = new Map([
  ["postman-collection.json", "openapi/postman/okdokument.postman_collection.json"],
  ["postman-environment.json", "openapi/postman/okdokument.postman_environment.json"],
  ["contract.pdf", "openapi/postman/contract.pdf"],
]);

/** Stands in the guide on errors where the list of all codes belongs. */
export const ERROR_LIST = "<!-- error codes -->";

/** @typedef {{ name: string, text: string }} Guide */

/** @param {string} name */
export const pageName = (name) => `guide-${name}.html`;

/** @param {string} name @param {string} text @param {Guide[]} guides */
export function guidePage(name, text, guides) {
  const at = guides.findIndex((guide) => guide.name === name);
  const before = guides[at - 1];
  const after = guides[at + 1];
  const step = (/** @type {Guide | undefined} */ guide, /** @type {string} */ rel) =>
    guide ? `<a rel="${rel}" href="/docs/${pageName(guide.name)}">${title(guide.text)}</a>` : "<span></span>";
  return shell({
    title: `${title(text)} · OKdokument`,
    styles: ["docs.css"],
    current: name,
    guides,
    main: `<main class="guide">\n${rendered(text)}\n<nav class="steps" aria-label="Next guide">${step(before, "prev")}${step(after, "next")}</nav>\n</main>`,
  });
}

/** @param {Guide[]} guides */
export function referencePage(guides) {
  return shell({
    title: "API reference · OKdokument",
    styles: ["docs.css", "reference.css"],
    current: "reference",
    guides,
    main: `<main id="reference"><noscript><p class="plain">The reference needs JavaScript. The contract itself is at <a href="/openapi.json">/openapi.json</a>.</p></noscript></main>
<script src="/docs/scalar.js"></script>
<script src="/docs/reference.js"></script>`,
  });
}

/**
 * The row of an error page in the list: its second block begins with `Status 404.` and says in one sentence what it means.
 * @param {string} file @param {string} text
 */
export function errorRow(file, text) {
  const code = file.replace(/\.md$/, "");
  const found = /^# (\S+)\n\nStatus (\d{3})\. ([^\n]+?[.])(?:\s|$)/.exec(text);
  if (!found || found[1] !== code)
    throw new Error(`docs/errors/${file}: wants "# ${code}", then "Status NNN. …"`);
  return `| [${code}](../errors/${code}.md) | ${found[2]} | ${found[3]} |`;
}

/** @param {string} text */
function title(text) {
  const found = /^# (.+)$/m.exec(text);
  if (!found?.[1]) throw new Error("a guide begins with its title: # …");
  return escaped(found[1]);
}

/** @param {string} text */
function rendered(text) {
  const marked = new Marked({
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${slug(inner)}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        return `<a href="${escaped(served(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      // A wide table scrolls by itself; the page never does.
      table(token) {
        const cells = (/** @type {import("marked").Tokens.TableCell[]} */ row, /** @type {string} */ tag) =>
          row.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("");
        const body = token.rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
        return `<div class="scroll" tabindex="0"><table><thead><tr>${cells(token.header, "th")}</tr></thead><tbody>\n${body}\n</tbody></table></div>\n`;
      },
      code({ text: code }) {
        return `<pre tabindex="0"><code>${escaped(code)}</code></pre>\n`;
      },
    },
  });
  return /** @type {string} */ (marked.parse(text, { async: false }));
}

/**
 * Links are written as they work in the repository; here they lead to where the gateway serves the same page.
 * @param {string} href
 */
function served(href) {
  const guide = /^([a-z-]+)\.md(#.*)?$/.exec(href);
  if (guide?.[1]) return `/docs/${pageName(guide[1])}${guide[2] ?? ""}`;
  for (const [name, file] of POSTMAN) if (href === `../../${file}`) return `/docs/${name}`;
  const error = /^\.\.\/errors\/(err\.[a-z.]+)\.md$/.exec(href);
  return error?.[1] ? `/docs/errors/${error[1]}` : href;
}

/** @param {string} html */
function slug(html) {
  const words = html.replace(/<[^>]+>|&[a-z#0-9]+;/g, "").toLowerCase();
  return words.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

/** @param {{ title: string, styles: string[], current: string, guides: Guide[], main: string }} page */
function shell({ title: name, styles, current, guides, main }) {
  const link = (/** @type {string} */ href, /** @type {string} */ text, /** @type {boolean} */ here) =>
    `<a href="${href}"${here ? ' aria-current="page"' : ""}>${text}</a>`;
  const links = [
    link("/docs", "Reference", current === "reference"),
    ...guides.map((guide) =>
      link(`/docs/${pageName(guide.name)}`, title(guide.text), current === guide.name),
    ),
  ].join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${name}</title>
<link rel="icon" href="/docs/mark.svg" type="image/svg+xml">
${styles.map((style) => `<link rel="stylesheet" href="/docs/${style}">`).join("\n")}
</head>
<body>
<header class="bar">
<a class="brand" href="/docs"><img src="/docs/mark.svg" alt="" width="24" height="24">OKdokument <span>docs</span></a>
<nav class="wide" aria-label="Documentation">
${links}
</nav>
<details class="narrow">
<summary>Guides</summary>
<nav aria-label="Documentation">
${links}
</nav>
</details>
</header>
${main}
</body>
</html>
`;
}

/** @param {string} text */
function escaped(text) {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
