import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const styles = path.resolve(import.meta.dirname, '../src/styles');

describe('the faces of typed signatures', () => {
  // A path that leads nowhere is only a warning of the build, and the page would draw another face than the seal.
  it('are files of the engine', () => {
    const css = fs.readFileSync(path.join(styles, 'faces.css'), 'utf8');
    const files = [...css.matchAll(/url\('([^']+)'\)/g)].map(([, file]) => path.resolve(styles, file ?? ''));
    expect(files).toHaveLength(2);
    expect(files.filter((file) => !fs.existsSync(file))).toEqual([]);
  });
});
