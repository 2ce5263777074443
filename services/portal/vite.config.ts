// Builds the portal into dist/, which the gateway serves from the portal's origin.
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { memoryApi } from "./dev/memory-api";

/** Set to a gateway's portal address, `npm run dev` uses the real API instead of the one in memory. */
const gateway = process.env["OKD_PORTAL_GATEWAY"];

export default defineConfig({
  base: "/",
  plugins: [react(), ...(gateway ? [] : [memoryApi()])],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "dist",
    // A data: URL for a small asset would need a wider content security policy.
    assetsInlineLimit: 0,
    sourcemap: false,
    target: "es2022",
  },
  server: {
    port: 5181,
    strictPort: true,
    proxy: gateway ? { "/api": { target: gateway, changeOrigin: true, headers: { origin: gateway } } } : {},
  },
  preview: { port: 5182, strictPort: true, host: "127.0.0.1" },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:8081" } },
    include: ["test/**/*.test.{ts,tsx}"],
    // Two cores are shared with the Rust tests.
    maxWorkers: 2,
    minWorkers: 1,
  },
});
