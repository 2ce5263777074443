// Takes a picture of every page in every size and scheme, and lets axe look at each: `npm run build`, then
// `npm run look [words of page names]`. Pictures go to OKD_LOOK_DIR (default /tmp/shots-portal).
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { preview } from "vite";

const directory = process.env.OKD_LOOK_DIR ?? "/tmp/shots-portal";
const wanted = process.argv.slice(2);
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const click = (name) => (page) => page.getByRole("button", { name, exact: true }).first().click();

const shots = [
  { name: "sign-in", path: "/sign-in", scene: "signed-out" },
  {
    name: "sign-in-refused",
    path: "/sign-in",
    scene: "signed-out",
    act: async (page) => {
      await page.getByLabel("E-mail").fill("jozef.novak@tatraleasing.sk");
      await page.getByLabel("Password", { exact: true }).fill("not the right one");
      await click("Sign in")(page);
    },
  },
  { name: "sign-in-ended", path: "/requests?mode=test", scene: "signed-out" },
  { name: "sign-up", path: "/sign-up", scene: "signed-out" },
  { name: "check-mail", path: "/check-mail", scene: "signed-out" },
  { name: "confirm-good", path: "/confirm-email#token=good", scene: "signed-out" },
  { name: "confirm-bad", path: "/confirm-email#token=bad", scene: "signed-out" },
  { name: "home", path: "/" },
  { name: "home-test", path: "/?mode=test" },
  { name: "home-new", path: "/", scene: "new" },
  { name: "home-empty", path: "/", scene: "empty" },
  { name: "home-error", path: "/", scene: "error", wait: 8_000 },
  { name: "home-loading", path: "/", scene: "slow", wait: 2_600 },
  { name: "home-sk", path: "/", locale: "sk-SK" },
  { name: "menu", path: "/", act: (page) => page.getByRole("button", { name: /Account of/ }).click() },
  { name: "requests", path: "/requests" },
  { name: "requests-sealing", path: "/requests?state=sealing" },
  { name: "requests-page", path: "/requests", act: click(/^Look at the pages/) },
  { name: "requests-filter", path: "/requests?state=signed&mode=test" },
  { name: "requests-empty", path: "/requests", scene: "empty" },
  { name: "requests-error", path: "/requests", scene: "error", wait: 8_000 },
  { name: "keys", path: "/api-keys" },
  { name: "keys-test", path: "/api-keys?mode=test" },
  { name: "keys-blocked", path: "/api-keys", scene: "new" },
  { name: "keys-create", path: "/api-keys", act: click("Create key") },
  {
    name: "keys-secret",
    path: "/api-keys?mode=test",
    act: async (page) => {
      await click("Create key")(page);
      await page.getByLabel("Name").fill("Build server");
      await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
    },
  },
  {
    name: "keys-rotate",
    path: "/api-keys",
    act: click("Rotate: CRM production"),
  },
  {
    name: "keys-revoke",
    path: "/api-keys",
    act: click("Revoke: CRM production"),
  },
  { name: "activation", path: "/activation", scene: "new" },
  {
    name: "activation-pair",
    path: "/activation",
    scene: "new",
    act: async (page) => {
      await page.getByLabel("I agree").check();
      await page.getByRole("radio", { name: "Do not keep it" }).click();
      await click("Make the key pair")(page);
      await page.getByText("BEGIN PRIVATE KEY").waitFor({ timeout: 30_000 });
    },
  },
  { name: "activation-done", path: "/activation" },
  { name: "billing", path: "/billing" },
  { name: "billing-test", path: "/billing?mode=test" },
  { name: "billing-cs", path: "/billing", locale: "cs-CZ" },
  { name: "billing-canceled", path: "/billing?canceled=pending" },
  { name: "lots", path: "/billing/lots" },
  { name: "ledger", path: "/billing/ledger" },
  ...["pending", "paid", "failed", "expired", "needs_review", "nothing"].map((state) => ({
    name: `return-${state}`,
    path: `/billing/return?purchase=${state}`,
  })),
  { name: "developers", path: "/developers?mode=test" },
  { name: "callbacks", path: "/callbacks" },
  { name: "callbacks-secret", path: "/callbacks", act: click("Reveal") },
  { name: "audit", path: "/audit-log" },
  { name: "not-found", path: "/nowhere" },
];
const sizes = [
  { name: "1440", viewport: { width: 1440, height: 900 } },
  { name: "390", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
];

await mkdir(directory, { recursive: true });
const server = await preview({ root: new URL("..", import.meta.url).pathname });
const origin = `http://127.0.0.1:${server.config.preview.port}`;
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let faults = 0;
const fault = (text) => {
  faults += 1;
  console.error(text);
};

for (const size of sizes)
  for (const scheme of ["light", "dark"]) {
    for (const shot of shots) {
      if (wanted.length > 0 && !wanted.some((word) => `${shot.name}-${size.name}-${scheme}`.includes(word)))
        continue;
      await look(shot, size, scheme);
    }
  }
await browser.close();
await new Promise((done) => server.httpServer.close(done));
console.log(faults === 0 ? "axe, console and widths: nothing found" : `${faults} findings`);
process.exit(faults === 0 ? 0 : 1);

async function look(shot, { name, ...device }, colorScheme) {
  const id = `${shot.name}-${name}-${colorScheme}`;
  const context = await browser.newContext({
    ...device,
    colorScheme,
    locale: shot.locale ?? "en-GB",
    bypassCSP: false,
  });
  await context.addCookies([{ name: "scene", value: shot.scene ?? "full", url: origin }]);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  page.on("pageerror", (error) => fault(`${id}: ${error.message}`));
  page.on("console", (message) => {
    // A refused call is logged by the browser itself.
    if (message.type() === "error" && !message.text().includes("Failed to load resource"))
      fault(`${id}: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url()))
      fault(`${id}: asks ${request.url()}`);
  });
  try {
    await page.goto(origin + shot.path);
    await page.waitForTimeout(shot.wait ?? 700);
    if (shot.act) {
      await shot.act(page);
      await page.waitForTimeout(500);
    }
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) fault(`${id}: wider than the screen`);
    await page.screenshot({ path: `${directory}/${id}.png`, fullPage: height < 4_000 });
    // Through the debugger, not as a script of the page: the policy would block that.
    await page.evaluate(axe);
    const found = await page.evaluate(() =>
      globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      }),
    );
    for (const { id: rule, nodes } of found.violations)
      for (const node of nodes)
        fault(`${id}: axe ${rule}: ${node.target.join(" ")} ${node.failureSummary?.slice(0, 160)}`);
  } catch (error) {
    fault(`${id}: ${error.message}`);
  }
  await context.close();
}
