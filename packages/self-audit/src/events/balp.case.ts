/**
 * What BALP's patterns want of an event, as a judge: its own rules (fixtures/balp-rules.json), without its terminology.
 * An agent or entity belongs to a slice where it has the slice's type, and its role where the slice has one.
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

export type Pattern =
  | 'IHE.BasicAudit.Query'
  | 'IHE.BasicAudit.Read'
  | 'IHE.BasicAudit.OAUTHaccessTokenUse.Comprehensive';

type Rule = { element: string; min?: number; max?: string; [pattern: `pattern${string}`]: unknown };

const RULES: Record<Pattern, Rule[]> = JSON.parse(
  readFileSync(new URL('../../fixtures/balp-rules.json', import.meta.url), 'utf8'),
);

/** The elements whose rule the event breaks. */
export function brokenRules(event: unknown, pattern: Pattern): string[] {
  const rules = RULES[pattern];
  return rules.filter((rule) => !keeps(event, rule, rules)).map(({ element }) => element);
}

function keeps(event: unknown, rule: Rule, rules: readonly Rule[]): boolean {
  const steps = rule.element.split('.').slice(1);
  let parents = [event];
  let path = 'AuditEvent';
  for (const step of steps.slice(0, -1)) {
    path = `${path}.${step}`;
    parents = parents.flatMap((parent) => children(parent, step, path, rules));
  }
  const last = steps.at(-1) ?? '';
  return parents.every((parent) => {
    const found = children(parent, last, rule.element, rules);
    const isEnough = found.length >= (rule.min ?? 0);
    const isTooMuch = rule.max !== undefined && rule.max !== '*' && found.length > Number(rule.max);
    return isEnough && !isTooMuch && found.every((child) => fits(child, rule));
  });
}

function children(parent: unknown, step: string, path: string, rules: readonly Rule[]): unknown[] {
  const [name = '', slice] = step.split(':');
  const value = (parent as Record<string, unknown>)[name];
  const all = value === undefined ? [] : [value].flat();
  if (slice === undefined) return all;
  const discriminators = rules.filter(({ element }) => [`${path}.type`, `${path}.role`].includes(element));
  return all.filter((child) =>
    discriminators.every((rule) => {
      const part = (child as Record<string, unknown>)[rule.element.slice(path.length + 1)];
      return part !== undefined && fits(part, rule);
    }),
  );
}

function fits(value: unknown, rule: Rule): boolean {
  const patterns = Object.entries(rule).filter(([key]) => key.startsWith('pattern'));
  return patterns.every(([, pattern]) => contains(value, pattern));
}

/** As ElementDefinition.pattern[x] has it: at least what the pattern says. */
function contains(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return pattern.every((item) => Array.isArray(value) && value.some((other) => contains(other, item)));
  }
  if (typeof pattern !== 'object' || pattern === null) return isDeepStrictEqual(value, pattern);
  return Object.entries(pattern).every(([key, part]) =>
    contains((value as Record<string, unknown> | undefined)?.[key], part),
  );
}
