/** What a new user does: `npm start`, then the curl commands of the pages; then stop, start again, and it is all there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freshFolder } from '@auditbox/local';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postBundle, total } from '../src/client.ts';
import { PAGE_EVENT } from '../src/events.ts';
import { eventually } from '../src/eventually.ts';
import { type LocalStart, startLocally } from '../src/local-start.ts';
import { PAGE_COMMANDS, REFUSED_COMMAND } from '../src/pages.ts';

const run = promisify(execFile);

/** What the searches of the pages look for. */
const SOUGHT = {
  ...PAGE_EVENT,
  action: 'C',
  recorded: '2025-01-20T10:00:00Z',
  entity: [{ what: { reference: 'Patient/456' } }],
};
const EVENTS = 20;

let folder: ReturnType<typeof freshFolder>;
let local: LocalStart;
let id: string;

beforeAll(async () => {
  folder = freshFolder('pages');
  local = await startLocally(folder.path);
  const events = Array.from({ length: EVENTS }, (_, i) => (i % 2 === 0 ? SOUGHT : PAGE_EVENT));
  const [first] = await postBundle(`${local.url}/`, events);
  id = first?.id ?? '';
  await eventually(
    'the events are found',
    () => total(local.url),
    (found) => found === EVENTS,
  );
}, 300_000);

afterAll(async () => {
  await local?.[Symbol.asyncDispose]();
  await folder?.[Symbol.asyncDispose]();
}, 120_000);

/** Runs a command in a shell, as a reader of the page pastes it; status and body of the answer. */
async function pasted(command: string, url: string): Promise<{ status: number; body: string }> {
  const withStatus = command.replace(/^curl /, "curl -sS -w '\\n%{http_code}' ");
  const { stdout } = await run('sh', ['-c', withStatus], { env: { ...process.env, auditbox_url: url, id } });
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}

describe('after npm start', () => {
  it.each([...PAGE_COMMANDS, REFUSED_COMMAND])(
    '$heading does what the page says',
    async ({ command, status, answers }) => {
      const answer = await pasted(command, local.url);
      expect(answer.status).toBe(status);
      expect(answers(JSON.parse(answer.body)), answer.body).toBe(true);
    },
  );

  it('what it printed says that authentication is off, and its curl can be pasted', async () => {
    const output = local.output();
    expect(output).toContain('Authentication is OFF');
    const command = /^ {2}(curl -X POST [\s\S]*?)\n\nFind it/m.exec(output)?.[1] ?? '';
    expect((await pasted(command, local.url)).status).toBe(201);
  });

  it('Ctrl-C stops it, and started again it has kept everything', async () => {
    const before = await eventually(
      'nothing is on its way any more',
      () => total(local.url),
      (found) => found > EVENTS,
    );
    await local.stop();
    expect(local.output()).toMatch(/Stopping\.[\s\S]*Stopped after/);
    await expect(fetch(`${local.url}/livez`)).rejects.toThrow();
    local = await startLocally(folder.path);
    await eventually(
      'all is found again',
      () => total(local.url),
      (found) => found >= before,
    );
    expect((await fetch(`${local.url}/AuditEvent/${id}`)).status).toBe(200);
  });
});
