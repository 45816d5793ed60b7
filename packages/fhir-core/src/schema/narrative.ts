/** Narrative (R4): the human-readable text of a resource. What its XHTML may hold: narrative-xhtml.ts. */
import { element } from './element.ts';
import { attribute, boundCode, XhtmlSchema } from './primitives.ts';

export const NarrativeSchema = element('Narrative', {
  status: boundCode('generated', 'extensions', 'additional', 'empty'),
  div: attribute(XhtmlSchema),
});
