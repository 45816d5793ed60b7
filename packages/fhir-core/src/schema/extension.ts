/** Extension (R4). Its url is checked, and the extensions in it; its `value[x]` may be anything for now. */
import type { Static } from '@sinclair/typebox';
import { element } from './element.ts';
import { UriSchema } from './primitives.ts';

export const ExtensionSchema = element('Extension', { url: UriSchema });

export interface Extension extends Static<typeof ExtensionSchema> {}
