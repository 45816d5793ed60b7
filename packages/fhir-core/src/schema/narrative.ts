/** Narrative (R4): the human-readable text of a resource. Its XHTML is not looked into. */
import { element } from './element.ts';
import { attribute, boundCode, XhtmlSchema } from './primitives.ts';

export const NarrativeSchema = element('Narrative', {
  status: boundCode('generated', 'extensions', 'additional', 'empty'),
  div: attribute(XhtmlSchema),
});
