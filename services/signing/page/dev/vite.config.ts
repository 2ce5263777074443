// The page with the fixture behind it: `npm run dev`, then /viewDocument?id=fields#s=sample-token.
import path from 'node:path';
import { mergeConfig } from 'vite';
import main from '../vite.config.ts';
import { fixturePlugin } from './fixture.ts';

export default mergeConfig(main, {
  root: path.resolve(import.meta.dirname, '..'),
  plugins: [fixturePlugin()],
});
