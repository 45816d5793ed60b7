/** Where the keys are of senders that can only set a fixed header, and get no token. */
import { Type } from '@sinclair/typebox';
import { listedFileProblems } from '../listed-file.ts';
import { setting } from '../settings.ts';
import { parseApiKeys } from './api-key-list.ts';

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
  return listedFileProblems(path, parseApiKeys).map((problem) => `${apiKeysFile.name}${problem}`);
}
