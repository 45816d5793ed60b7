/** docs/settings.md is made from the tables that the services read; `npm test -- --project unit -u` makes it anew. */
import { GATEWAY_SETTINGS } from '@auditbox/gateway/config';
import { INDEXER_SETTINGS } from '@auditbox/indexer/config';
import { QUERY_SETTINGS } from '@auditbox/query/config';
import { settingsMarkdown } from '@auditbox/service-kit';
import { expect, it } from 'vitest';

const INTRODUCTION = `# Settings

Environment variables. Each can also be given as \`NAME_FILE\`, the path of a file that holds the value. A service
that can't read its settings says every problem at once and ends with status 78.

This page is made from the tables in the code (\`services/*/src/config.ts\`). What \`npm start\` itself takes:
\`npm start -- --help\`.`;

it('docs/settings.md says what the services read', async () => {
  const sections = Object.entries({
    gateway: GATEWAY_SETTINGS,
    indexer: INDEXER_SETTINGS,
    query: QUERY_SETTINGS,
  });
  const page = [
    INTRODUCTION,
    ...sections.map(([name, table]) => `## ${name}\n\n${settingsMarkdown(table)}`),
  ].join('\n\n');
  await expect(`${page}\n`).toMatchFileSnapshot('../../../docs/settings.md');
});
