/**
 * From what a compiled check refused to what is wrong with it: one issue a place, lazily, in the schema's order.
 *
 * TypeBox's errors hold the value and its messages may quote it; neither is looked at. Everything that is said
 * comes from the place and from what the schema says of itself (schema/expectation.ts).
 */
import type { TSchema } from '@sinclair/typebox';
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { type Issue, type IssueType, issue } from '../outcome/operation-outcome.ts';
import type { Expectation } from '../schema/expectation.ts';
import type { Checker } from './compile.ts';
import { type Place, placeOf } from './place.ts';

/**
 * The problems of `value`, which `checker` refused; `root` is the FHIRPath of `value`. TypeBox reports a missing
 * property again as a value of the wrong type, and a string by each rule that it breaks: the first counts.
 */
export function* diagnose(checker: Checker, value: unknown, root: string): Generator<Issue> {
  const seen = new Set<string>();
  for (const error of checker.Errors(value)) {
    if (seen.has(error.path)) continue;
    seen.add(error.path);
    yield issueOf(error, placeOf(root, error.path));
  }
}

/** Whether `value` says that it is a resource of another type. Then nothing else about it is worth saying. */
export function isOtherResource(value: unknown, resourceType: string): boolean {
  if (typeof value !== 'object' || value === null || !('resourceType' in value)) return false;
  return value.resourceType !== resourceType;
}

export function otherResource(root: string, resourceType: string): Issue {
  const { expression, json } = placeOf(root, '/resourceType');
  return issue({ code: 'value', diagnostics: `${json} must be ${resourceType}.`, expression });
}

function issueOf(error: ValueError, { expression, json }: Place): Issue {
  const { expected, problem, whenEmpty = problem } = expectationOf(error.schema);
  const must = `must be ${expected}.`;
  const say = (code: IssueType, diagnostics: string) => issue({ code, diagnostics, expression });
  switch (error.type) {
    case ValueErrorType.ObjectRequiredProperty:
      return say('required', `${json} is missing: it ${must}`);
    case ValueErrorType.ArrayMinItems:
      return say(whenEmpty, `${json} is empty: it ${must}`);
    case ValueErrorType.ObjectMinProperties:
      return say('invariant', `${json} is empty: an element must have a value or children (ele-1).`);
    case ValueErrorType.StringMaxLength:
      return say('too-long', `${json} must be at most ${error.schema.maxLength} characters long.`);
    default:
      return say(problem, `${json} ${must}`);
  }
}

function expectationOf(schema: TSchema): Expectation {
  const {
    expected = 'as FHIR R4 defines it',
    problem = 'structure',
    whenEmpty,
  } = schema as Partial<Expectation>;
  return { expected, problem, ...(whenEmpty !== undefined && { whenEmpty }) };
}
