/** Routes as they are served: with what the frame around them says of each request, and of who asks. */
import type { AppEnv, Caller } from '@auditbox/service-kit';
import { Hono } from 'hono';

export const BASE = 'http://localhost:3002';

export function framed(routes: Hono<AppEnv>, caller?: Caller): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.use(async (c, next) => {
    c.set('baseUrl', BASE);
    c.set('caller', caller);
    await next();
  });
  return app.route('/', routes);
}
