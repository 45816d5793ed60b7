/** The documents name files and pages that are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

const pages = ['.', 'docs', 'docs/decisions'].flatMap((folder) =>
  readdirSync(join(REPOSITORY, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

const read = (page: string): string => readFileSync(join(REPOSITORY, page), 'utf8');

describe.each(pages)('%s', (page) => {
  it('links to what is there', () => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(REPOSITORY, dirname(page), target)))).toEqual([]);
  });

  it('names files that are there', () => {
    const named = [...read(page).matchAll(/\b((?:packages|services|deploy)\/[\w./-]+\.(?:ts|mjs))/g)].map(
      ([, file = '']) => file,
    );
    expect(named.filter((file) => !existsSync(join(REPOSITORY, file)))).toEqual([]);
  });
});
