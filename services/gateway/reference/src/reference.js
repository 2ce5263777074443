// Starts the reference. Everything is asked of this origin: no proxy, no font host, no telemetry, no hosted client.
const reference = {
  url: "/openapi.json",
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
  theme: "default",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  documentDownloadType: "json",
};

// @ts-expect-error Scalar comes from scalar.js, the script before this one.
globalThis.Scalar.createApiReference("#reference", reference);
