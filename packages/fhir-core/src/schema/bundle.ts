/**
 * Bundle (R4): its own elements and those of an entry, as far as what is around the events. The resources in it
 * are validated one by one, so that one bad event does not hide the problems of the others.
 */
import { Type } from '@sinclair/typebox';
import { backboneElement, fhirObject, many, oneOrMore } from './element.ts';
import { IdentifierSchema } from './identifier.ts';
import { MetaSchema } from './meta.ts';
import {
  boundCode,
  CodeSchema,
  DecimalSchema,
  fixed,
  IdSchema,
  InstantSchema,
  StringSchema,
  UnsignedIntSchema,
  UriSchema,
} from './primitives.ts';

/** The types that are taken, each with its own meaning: see `validate/bundle.ts`. */
export const BUNDLE_TYPES = ['collection', 'batch', 'transaction', 'history'] as const;
export type BundleType = (typeof BUNDLE_TYPES)[number];

const anything = (expected: string) => Type.Unknown({ expected, problem: 'structure' });

const LinkSchema = backboneElement('Bundle.link', { relation: StringSchema, url: UriSchema });

const SearchSchema = backboneElement('Bundle.entry.search', {
  mode: Type.Optional(boundCode('match', 'include', 'outcome')),
  score: Type.Optional(DecimalSchema),
});

const RequestSchema = backboneElement('Bundle.entry.request', {
  method: boundCode('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'),
  url: UriSchema,
  ifNoneMatch: Type.Optional(StringSchema),
  ifModifiedSince: Type.Optional(InstantSchema),
  ifMatch: Type.Optional(StringSchema),
  ifNoneExist: Type.Optional(StringSchema),
});

const ResponseSchema = backboneElement('Bundle.entry.response', {
  status: StringSchema,
  location: Type.Optional(UriSchema),
  etag: Type.Optional(StringSchema),
  lastModified: Type.Optional(InstantSchema),
  outcome: Type.Optional(anything('a resource')),
});

export const EntrySchema = backboneElement('Bundle.entry', {
  link: Type.Optional(many(LinkSchema)),
  fullUrl: Type.Optional(UriSchema),
  resource: Type.Optional(anything('an AuditEvent')),
  search: Type.Optional(SearchSchema),
  request: Type.Optional(RequestSchema),
  response: Type.Optional(ResponseSchema),
});

export const BundleSchema = fhirObject('Bundle', {
  resourceType: fixed('Bundle'),
  id: Type.Optional(IdSchema),
  meta: Type.Optional(MetaSchema),
  implicitRules: Type.Optional(UriSchema),
  language: Type.Optional(CodeSchema),
  identifier: Type.Optional(IdentifierSchema),
  type: Type.Unsafe<BundleType>(
    Type.Union(
      BUNDLE_TYPES.map((type) => Type.Literal(type)),
      { expected: `one of ${BUNDLE_TYPES.join(', ')}`, problem: 'not-supported' },
    ),
  ),
  timestamp: Type.Optional(InstantSchema),
  total: Type.Optional(UnsignedIntSchema),
  link: Type.Optional(many(LinkSchema)),
  entry: oneOrMore(anything('an object (Bundle.entry)')),
  signature: Type.Optional(anything('an object (Signature)')),
});
