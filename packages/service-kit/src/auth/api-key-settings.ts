/** Where the keys are of senders that can only set a fixed header, and get no token. */
import { readFileSync, statSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { setting } from '../settings.ts';
import { FILE_BYTES_MAX, parseApiKeys } from './api-key-list.ts';

/** A setting whose own name ends in `_FILE`: there is no `AUDITBOX_API_KEYS` that it would be the file of. */
export const apiKeysFile = setting(
  'AUDITBOX_API_KEYS_FILE',
  Type.String({
    default: '',
    examples: '/etc/auditbox/api-keys.json',
    description:
      'Path of a JSON file that lists API keys by their SHA-256, each with its client and scope, for senders that can only set a fixed header. Read again when it changes; see operations.md.',
  }),
);

/** What is wrong with the file, by its places; nothing where none is set. */
export function apiKeysProblems(path: string): string[] {
  if (path === '') return [];
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return [`${apiKeysFile.name} names no file.`];
    if (stats.size > FILE_BYTES_MAX)
      return [`${apiKeysFile.name}: it has more than ${FILE_BYTES_MAX} bytes.`];
    const parsed = parseApiKeys(readFileSync(path));
    return 'problems' in parsed ? parsed.problems.map((problem) => `${apiKeysFile.name}: ${problem}`) : [];
  } catch {
    return [`${apiKeysFile.name} names a file that can't be read.`];
  }
}
