// One typed client per service. Paths, queries and bodies are checked against the documents by tsc.
import createClient from "openapi-fetch";
import { sessionFetch } from "./session";
import type { paths as BillingPaths } from "./billing.generated";
import type { paths as SigningPaths } from "./signing.generated";
import type { paths as TenantPaths } from "./tenant.generated";
import type { PortalConfig } from "./types";

const options = { baseUrl: location.origin, fetch: sessionFetch };
export const tenantApi = createClient<TenantPaths>(options);
export const billingApi = createClient<BillingPaths>(options);
export const signingApi = createClient<SigningPaths>(options);
/** The gateway's own word about addresses; it has no document of its own. */
export const gatewayApi = createClient<{
  "/api/config.json": {
    get: { parameters: object; responses: { 200: { content: { "application/json": PortalConfig } } } };
  };
}>(options);
