import type { Fields, KubeObject, OwnerReference, PodTemplate } from '../objects';

/** What a dependent says of the object that controls it. */
export function ownedBy({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** A pod made from a template, named after its owner. */
export function podFrom(template: PodTemplate, owner: KubeObject, more: Fields = {}): Fields {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      labels: { ...template.metadata?.labels },
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [ownedBy(owner)],
      ...more,
    },
    spec: template.spec,
  };
}
