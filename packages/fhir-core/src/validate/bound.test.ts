import { describe, expect, test } from 'vitest';
import { AuditEventSchema } from '../schema/audit-event.ts';
import { validateAuditEvent } from './audit-event.ts';
import { bounded, ISSUES_MAX } from './bound.ts';
import { checkBundle } from './bundle.ts';
import { compile } from './compile.ts';
import { changed, fullEvent, type Json, type JsonObject, places } from './corpus.case.ts';
import { DEPTH_MAX } from './depth.ts';
import { diagnose } from './diagnose.ts';

describe('bounds', () => {
  const withAgents = (count: number) => changed(fullEvent(), '/agent', Array(count).fill({ name: 'a' }));

  test(`${ISSUES_MAX} problems are all listed`, () => {
    const issues = validateAuditEvent(withAgents(ISSUES_MAX));
    expect(issues).toHaveLength(ISSUES_MAX);
    expect(issues.every(({ code }) => code === 'required')).toBe(true);
  });

  test('one more, or very many more, are not listed, and the answer says so', () => {
    for (const count of [ISSUES_MAX + 1, 100_000]) {
      const issues = validateAuditEvent(withAgents(count));
      expect(issues).toHaveLength(ISSUES_MAX + 1);
      expect(issues.at(-1)).toMatchObject({ severity: 'information', code: 'informational' });
    }
  });

  test('what lies behind the bound is not looked at: a diagnosis costs what it tells', () => {
    const agent: Json[] = Array(100_000).fill({ name: 'a' });
    Object.defineProperty(agent, 2 * ISSUES_MAX, { get: () => expect.unreachable('looked at') });
    const issues = diagnose(compile(AuditEventSchema), { ...fullEvent(), agent }, 'AuditEvent');
    expect(bounded(issues)).toHaveLength(ISSUES_MAX + 1);
  });

  test('a hundred thousand wrong properties of one object are one issue', () => {
    const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`p${index}`, index]));
    expect(places(validateAuditEvent({ ...fullEvent(), ...unknown }))).toEqual(['structure AuditEvent']);
  });

  /** An event of `levels` levels, of which each is right: an Identifier in a Reference in an Identifier … */
  const nested = (levels: number) => {
    let inner: JsonObject = (levels - 3) % 2 === 0 ? { display: 'x' } : { value: 'x' };
    for (let level = levels - 1; level >= 3; level -= 1) {
      inner = (level - 3) % 2 === 0 ? { identifier: inner } : { assigner: inner };
    }
    return changed(fullEvent(), '/source/observer', inner);
  };

  test('an event may nest to the bound and not one level deeper', () => {
    expect(validateAuditEvent(nested(DEPTH_MAX))).toEqual([]);
    expect(places(validateAuditEvent(nested(DEPTH_MAX + 1)))).toEqual(['structure AuditEvent']);
  });

  const inBundle = (entry: object, own = {}) => {
    const checked = checkBundle({ resourceType: 'Bundle', type: 'collection', ...own, entry: [entry] });
    return places(checked.kind === 'refused' ? checked.issues : checked.entries[0]!.issues);
  };

  test('an event in a Bundle may nest as deep as one alone', () => {
    expect(inBundle({ resource: nested(DEPTH_MAX) })).toEqual([]);
    expect(inBundle({ resource: nested(DEPTH_MAX + 1) })).toEqual(['structure Bundle.entry[0].resource']);
    // What else is wrong is told as what it is.
    const wrong = { resource: nested(DEPTH_MAX), foo: 1 };
    expect(inBundle(wrong)).toEqual(['structure Bundle.entry[0]']);
    expect(inBundle(wrong, { total: -1 })).toEqual(['value Bundle.total']);
  });

  // JSON.parse takes any depth that memory allows; whoever recurses over the value would overflow the stack.
  test('a million levels are refused, not thrown over', () => {
    const deep = JSON.parse(`${'[{"who":'.repeat(500_000)}null${'}]'.repeat(500_000)}`);
    expect(places(validateAuditEvent(changed(fullEvent(), '/agent', deep)))).toEqual([
      'structure AuditEvent',
    ]);
    expect(inBundle({ resource: deep })).toEqual(['structure Bundle.entry[0].resource']);
    expect(inBundle({ resource: fullEvent(), extension: deep })).toEqual(['structure Bundle.entry[0]']);
    expect(inBundle({ resource: fullEvent() }, { meta: { extension: deep } })).toEqual(['structure Bundle']);
    expect(inBundle({ resource: fullEvent() }, { signature: deep })).toEqual([]);
  });
});
