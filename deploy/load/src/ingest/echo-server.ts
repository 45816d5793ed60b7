/** What HTTP and JSON cost at least: a bare Hono app that parses a body and answers with it. Writes its port. */
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono().post('*', async (c) => c.json(await c.req.json(), 201));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
  process.stdout.write(`${port}\n`);
});
