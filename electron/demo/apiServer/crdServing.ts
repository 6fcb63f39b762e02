import type { Clock } from '../../engine/ports';
import type { KubeObject } from '../objects';
import { fieldsOf, listOf, timestamp } from '../objects';
import type { ResourceType, ResourceTypes } from './resources';
import { builtIn } from './resources';
import type { Store } from './store';

/** Serves what CustomResourceDefinitions define, from their creation to their deletion. */
export class CrdServing {
  constructor(
    readonly types: ResourceTypes,
    private readonly store: Store,
    private readonly clock: Clock,
  ) {}

  /** Begins to serve the type soon after its definition was created, as the real server does. */
  define({ metadata }: KubeObject): void {
    this.clock.after(20, () => {
      const definition = this.store.of(builtIn.customresourcedefinitions).get(metadata.name);
      if (definition) this.store.put(builtIn.customresourcedefinitions, this.established(definition));
    });
  }

  private established(definition: KubeObject): KubeObject {
    this.types.serve(typeOf(definition));
    const lastTransitionTime = timestamp(this.clock.now());
    return {
      ...definition,
      status: {
        acceptedNames: fieldsOf(definition.spec).names,
        conditions: [
          { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', lastTransitionTime },
          { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', lastTransitionTime },
        ],
        storedVersions: [typeOf(definition).version],
      },
    };
  }

  /** Takes the type away, and with it all of its objects. */
  withdraw(definition: KubeObject): void {
    const type = typeOf(definition);
    for (const object of this.store.of(type).list()) this.store.remove(type, object);
    this.types.unserve(type);
  }
}

function typeOf(definition: KubeObject): ResourceType {
  const spec = fieldsOf(definition.spec);
  const names = fieldsOf(spec.names);
  const served = listOf(spec.versions)
    .map(fieldsOf)
    .find((version) => version.served === true);
  return {
    group: String(spec.group),
    version: String(served?.name),
    plural: String(names.plural),
    singular: String(names.singular),
    kind: String(names.kind),
    namespaced: spec.scope === 'Namespaced',
    shortNames: listOf(names.shortNames).map(String),
    hasStatus: fieldsOf(served?.subresources).status !== undefined,
    custom: true,
    schema: fieldsOf(fieldsOf(served?.schema).openAPIV3Schema),
  };
}
