// The browser tests: the built page in a real Chromium. Slow, so apart from the unit tests.
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.resolve(import.meta.dirname, '..'),
  test: {
    include: ['dev/**/*.browser.ts'],
    environment: 'node',
    globalSetup: ['dev/built.ts'],
    // A bound, not a measure: a machine that builds beside it is slow, and a hand draws by a hundred moves.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
