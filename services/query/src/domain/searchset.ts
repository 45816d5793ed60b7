/**
 * The answer to a search: a searchset Bundle as text. The events are put in as the text they were stored with:
 * what comes back is what was sent, to the letter.
 */
import { issue, operationOutcome, prettyText, type Search, subsetText } from '@auditbox/fhir-core';
import { type Found, PAGE_TOO_LARGE } from './found.ts';

/** The Bundle, as the search asks for it to be written; too large where laying it out makes it so. */
export function searchsetText(search: Search, found: Found, baseUrl: string): string | typeof PAGE_TOO_LARGE {
  const bundle = bundleText(search, found, baseUrl);
  return search.presentation.pretty ? (prettyText(bundle) ?? PAGE_TOO_LARGE) : bundle;
}

function bundleText(search: Search, found: Found, baseUrl: string): string {
  const { subset } = search.presentation;
  const entries = found.events.map(({ id, text }) => {
    const fullUrl = JSON.stringify(`${baseUrl}/AuditEvent/${id}`);
    const resource = subset === undefined ? text : subsetText(text, subset);
    return `{"fullUrl":${fullUrl},"resource":${resource},"search":{"mode":"match"}}`;
  });
  if (search.ignored.length > 0) entries.push(ignoredEntry(search.ignored));
  const head = JSON.stringify({
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.total,
    link: pageLinks(search, found.total, baseUrl),
  });
  // R4 JSON has no empty arrays: without entries there is no `entry`.
  return entries.length === 0 ? head : `${head.slice(0, -1)},"entry":[${entries.join(',')}]}`;
}

function ignoredEntry(names: readonly string[]): string {
  const issues = names.map((name) =>
    issue({ severity: 'warning', code: 'not-supported', diagnostics: `The parameter ${name} was ignored.` }),
  );
  return JSON.stringify({ resource: operationOutcome(issues), search: { mode: 'outcome' } });
}

type Link = { readonly relation: string; readonly url: string };

/** Links by position. The last page has no `next`; from past the end, `previous` leads to the last events. */
function pageLinks(search: Search, total: number, baseUrl: string): Link[] {
  const { count, offset } = search;
  const links = [{ relation: 'self', url: pageUrl(search, offset, baseUrl) }];
  if (count === 0) return links;
  links.push({ relation: 'first', url: pageUrl(search, 0, baseUrl) });
  if (offset > 0)
    links.push({
      relation: 'previous',
      url: pageUrl(search, Math.max(0, Math.min(offset, total) - count), baseUrl),
    });
  if (offset + count < total) links.push({ relation: 'next', url: pageUrl(search, offset + count, baseUrl) });
  return links;
}

function pageUrl(search: Search, offset: number, baseUrl: string): string {
  const parameters = new URLSearchParams(search.applied);
  parameters.append('_count', String(search.count));
  if (offset > 0) parameters.append('_offset', String(offset));
  return `${baseUrl}/AuditEvent?${parameters}`;
}
