/**
 * Extension (R4), with every type that its value may have (http://hl7.org/fhir/R4/extensibility.html#Extension).
 * Unknown extensions are welcome: what their url means is not looked up.
 */
import { element } from './element.ts';
import type { Invariant } from './invariant.ts';
import { attribute, UriSchema } from './primitives.ts';
import { elementRows } from './r4/definitions.ts';
import { elementsOf } from './r4/type-schema.ts';

const EXT_1: Invariant = {
  key: 'ext-1',
  must: 'have either extensions or a value[x], not both and not neither',
  holds: (extension) => {
    let hasValue = false;
    for (const property in extension) hasValue ||= /^_?value/.test(property);
    return hasValue !== (extension.extension !== undefined);
  },
};

/** The open types: 19 primitives and 31 complex ones, too many to write down twice. */
const values = elementsOf(elementRows('Extension').filter(({ name }) => name === 'value'));

export const ExtensionSchema = element('Extension', { url: attribute(UriSchema), ...values }, [EXT_1]);

/** Its value is one of many types, which nothing but validation looks at. */
export interface Extension {
  readonly id?: string;
  readonly extension?: Extension[];
  readonly url: string;
}
