/**
 * The references inside one resource: `#id` names a contained resource, `#` alone the resource that contains
 * (http://hl7.org/fhir/R4/references.html#contained). Walked over once, it tells both ways: which references find
 * nothing (ref-1), and which contained resources nobody refers to (dom-3).
 */
import { isObject, type Unchecked } from '../schema/invariant.ts';

/** `#` as a UTF-16 code unit. */
const HASH = 0x23;

export class LocalReferences {
  readonly #contained: readonly unknown[];
  /** The ids of the contained resources, each with whether something refers to it. */
  readonly #mentioned: Map<string, boolean> | undefined;
  /** The contained resources that refer to their container. */
  #referring: Set<unknown> | undefined;
  #inside: unknown;

  constructor(resource: unknown) {
    const contained = isObject(resource) ? resource.contained : undefined;
    this.#contained = Array.isArray(contained) ? contained : [];
    if (this.#contained.length === 0) return;
    this.#mentioned = new Map();
    for (const { id } of this.#contained.filter(isObject)) {
      if (typeof id === 'string') this.#mentioned.set(id, false);
    }
  }

  /** What is walked over until `leave` is in `contained`. */
  enter(contained: Unchecked): void {
    this.#inside = contained;
  }

  leave(): void {
    this.#inside = undefined;
  }

  /** Takes note of a Reference.reference, a uri, a url or a canonical. False where it names nothing that is there. */
  resolves(reference: string): boolean {
    if (reference.charCodeAt(0) !== HASH) return true;
    if (reference.length === 1) {
      this.#referring ??= new Set();
      this.#referring.add(this.#inside);
      return true;
    }
    const id = reference.slice(1);
    if (this.#mentioned?.has(id) !== true) return false;
    this.#mentioned.set(id, true);
    return true;
  }

  /** The places, in `contained`, of the resources that are not referred to and do not refer to their container. */
  *unmentioned(): Generator<number> {
    for (const [index, resource] of this.#contained.entries()) {
      if (!isObject(resource) || this.#referring?.has(resource) === true) continue;
      if (typeof resource.id !== 'string' || this.#mentioned?.get(resource.id) !== true) yield index;
    }
  }

  /** Whether there are none of those. */
  get allMentioned(): boolean {
    return this.#contained.length === 0 || this.unmentioned().next().done === true;
  }
}
