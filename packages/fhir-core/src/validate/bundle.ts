/**
 * Validation of a collection Bundle: its own shape, then each entry's AuditEvent by itself, so that an answer
 * lists the problems of all entries (up to the bound) and each names its entry.
 */
import type { Issue } from '../outcome/operation-outcome.ts';
import { BundleSchema } from '../schema/bundle.ts';
import { eventProblems, tooDeep } from './audit-event.ts';
import { bounded } from './bound.ts';
import { compile } from './compile.ts';
import { DEPTH_MAX, isDeeperThan } from './depth.ts';
import { diagnose, isOtherResource, otherResource } from './diagnose.ts';

const checker = compile(BundleSchema);

/** The Bundle, its entries and an entry lie around an event: within this, every event is within its own bound. */
const BUNDLE_DEPTH_MAX = DEPTH_MAX + 3;

/** The problems of `value` as a collection Bundle of AuditEvents; none means that it is one. */
export function validateBundle(value: unknown): Issue[] {
  return bounded(bundleProblems(value));
}

function* bundleProblems(value: unknown): Generator<Issue> {
  if (isOtherResource(value, 'Bundle')) {
    yield otherResource('Bundle', 'Bundle');
    return;
  }
  if (isDeeperThan(BUNDLE_DEPTH_MAX, value)) {
    yield* tooDeepPlaces(value).map(tooDeep);
    return;
  }
  if (!checker.Check(value)) yield* diagnose(checker, value, 'Bundle');
  for (const [index, resource] of resourcesOf(value)) {
    yield* eventProblems(resource, `Bundle.entry[${index}].resource`);
  }
}

/** The events that are nested too deep, or the Bundle where it is what lies around them. */
function tooDeepPlaces(value: unknown): string[] {
  const places = [...resourcesOf(value)]
    .filter(([, resource]) => isDeeperThan(DEPTH_MAX, resource))
    .map(([index]) => `Bundle.entry[${index}].resource`);
  return places.length > 0 ? places : ['Bundle'];
}

/** What there is to validate, also in a Bundle whose own shape is wrong. */
function* resourcesOf(bundle: unknown): Generator<[index: number, resource: unknown]> {
  if (typeof bundle !== 'object' || bundle === null || !('entry' in bundle)) return;
  if (!Array.isArray(bundle.entry)) return;
  for (const [index, entry] of bundle.entry.entries()) {
    if (typeof entry === 'object' && entry !== null && 'resource' in entry) yield [index, entry.resource];
  }
}
