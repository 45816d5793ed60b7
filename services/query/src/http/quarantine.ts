/**
 * `GET /quarantine`, `GET /quarantine/{id}` and `GET /quarantine/{id}/content`: what was taken but is no event of the
 * repository, for an operator to look at. Plain JSON; the content is what a client sent, so no browser may guess at it.
 */
import { type AppEnv, acceptsJson, FHIR_JSON, outcomeResponse } from '@auditbox/service-kit';
import { Hono } from 'hono';
import { parseQuarantineSearch } from '../domain/quarantine-search.ts';
import {
  isJson,
  LIST_TOO_LARGE,
  type QuarantinePorts,
  quarantinedItem,
  quarantineList,
} from '../domain/quarantined.ts';
import { REFUSED } from '../domain/restriction.ts';
import { formParameters, queryOf } from './form-parameters.ts';
import { notFound, notUtf8, refusal } from './refusal.ts';
import { type RestrictionOf, refusedQuarantine } from './restricted.ts';

export type QuarantineDependencies = {
  readonly now: () => number;
  readonly quarantine: QuarantinePorts;
  readonly restrictionOf: RestrictionOf;
};

const WHERE = {
  'too-large-for-topic':
    'The content was larger than the topic of quarantine takes. Where the item has a log, it is at that place until the retention of that log ends.',
  'refused-by-index': 'The index did not take the content. The topic of quarantine has it.',
} as const;

export function quarantineRoutes({ now, quarantine, restrictionOf }: QuarantineDependencies): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .use('/quarantine/*', async (c, next) => {
      const restriction = restrictionOf(c.get('caller'));
      if (restriction === REFUSED || restriction.length > 0) return refusedQuarantine();
      return await next();
    })
    .get('/quarantine', acceptsJson, async (c) => {
      const parameters = formParameters(queryOf(c.req.url));
      if (parameters === undefined) return notUtf8();
      const parsed = parseQuarantineSearch(parameters, now());
      if ('issues' in parsed) return outcomeResponse(400, parsed.issues);
      const found = await quarantine.search(parsed.search, c.req.raw.signal);
      return found === LIST_TOO_LARGE
        ? refusal(400, 'too-costly', 'A page of so many items is too large: use a smaller _count.')
        : c.json(quarantineList(parsed.search, found, c.get('baseUrl')));
    })
    .get('/quarantine/:id', acceptsJson, async (c) => {
      const item = await quarantine.read(c.req.param('id'), c.req.raw.signal);
      return item === undefined ? unknownItem() : c.json(quarantinedItem(item, c.get('baseUrl')));
    })
    .get('/quarantine/:id/content', async (c) => {
      const id = c.req.param('id');
      const content = await quarantine.content(id, c.req.raw.signal);
      if (content === undefined) return unknownItem();
      if ('omitted' in content) return notFound(WHERE[content.omitted]);
      return new Response(new Uint8Array(content.bytes), {
        headers: {
          'content-type': isJson(content.bytes) ? FHIR_JSON : 'application/octet-stream',
          'content-disposition': `attachment; filename="${id}"`,
          'x-content-type-options': 'nosniff',
        },
      });
    });
}

function unknownItem(): Response {
  return notFound(
    'There is nothing in quarantine with this id. What was just put there is here once it is indexed.',
  );
}
