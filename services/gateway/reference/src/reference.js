// Starts the reference. Everything is asked of this origin: no proxy, no font host, no telemetry, no hosted client.

/** Where an operation stands in the reference, by its path; the first that fits. */
const GROUPS = [
  { name: "Signature requests", paths: /^\/JSON\/(signatureRequest|upload)\b/ },
  { name: "Documents", paths: /^\/(JSON\/(document|list)|rest)\b/ },
  { name: "Usage and charges", paths: /^\/(JSON\/counter|v1\/charges)\b/ },
  { name: "Certificates", paths: /^\/pki\b/ },
  { name: "Other", paths: /^/ },
];

/**
 * @typedef {{ operationId?: string, summary?: string, description?: string, tags?: string[] }} Operation
 * @typedef {{ info: { description?: string }, tags?: { name: string }[], paths: Record<string, Record<string, Operation>> }} Contract
 */

/**
 * The contract as a person reads it: grouped by what it is about, each operation under a short name. The document at
 * /openapi.json stays as it is.
 * @param {Contract} contract
 */
function arranged(contract) {
  const used = new Set();
  for (const [path, operations] of Object.entries(contract.paths)) {
    const group = GROUPS.find(({ paths }) => paths.test(path))?.name ?? "Other";
    used.add(group);
    for (const operation of Object.values(operations)) {
      if (!operation.operationId) continue;
      operation.description = told(operation);
      operation.summary = title(operation.operationId);
      operation.tags = [group];
    }
  }
  contract.tags = GROUPS.filter(({ name }) => used.has(name)).map(({ name }) => ({ name }));
  contract.info.description = `${contract.info.description ?? ""}\n\nThe document behind this page is [/openapi.json](/openapi.json).`;
  return contract;
}

/**
 * Summary and description, unless one only begins the other.
 * @param {Operation} operation
 */
function told({ summary = "", description = "" }) {
  const repeats = summary.startsWith(description.replace(/\.$/, ""));
  return repeats ? summary : `${summary}\n\n${description}`;
}

/** @param {string} operationId */
function title(operationId) {
  const words = operationId.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

async function start() {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`/openapi.json: ${answer.status}`);
  // @ts-expect-error Scalar comes from scalar.js, the script before this one.
  globalThis.Scalar.createApiReference("#reference", {
    content: arranged(await answer.json()),
    withDefaultFonts: false,
    telemetry: false,
    // Calls made from the page go straight to the API; a proxy would see the caller's key.
    proxyUrl: "",
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
    mcp: { disabled: true },
    persistAuth: false,
    authentication: { preferredSecurityScheme: "apiKey" },
    // The scheme is the system's, so that the bar above and the reference below never differ.
    hideDarkModeToggle: true,
    hideModels: true,
    theme: "default",
    defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
    documentDownloadType: "none",
  });
}

start().catch((/** @type {unknown} */ error) => {
  const place = document.querySelector("#reference");
  const told = document.createElement("p");
  told.className = "plain";
  told.textContent = `The reference could not be loaded (${String(error)}). Reload the page, or read /openapi.json.`;
  place?.replaceChildren(told);
});
