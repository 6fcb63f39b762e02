/** The types with which OpenKruise pulls images, as it defines them; fields that nothing here uses are left to be kept. */
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

function definition(kind: string, plural: string, shortNames: readonly string[], scope: string, spec: object) {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.apps.kruise.io` },
    spec: {
      group: 'apps.kruise.io',
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames },
      scope,
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: open } } },
        },
      ],
    },
  };
}

const texts = { type: 'array', items: { type: 'string' } };
const number = { type: 'integer', format: 'int32' };

export const kruiseDefinitions = [
  definition('ImagePullJob', 'imagepulljobs', [], 'Namespaced', {
    type: 'object',
    required: ['completionPolicy', 'image'],
    properties: {
      image: { type: 'string' },
      pullSecrets: texts,
      selector: {
        type: 'object',
        properties: { names: texts, matchLabels: open, matchExpressions: { type: 'array', items: open } },
      },
      parallelism: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
      pullPolicy: { type: 'object', properties: { timeoutSeconds: number, backoffLimit: number } },
      completionPolicy: {
        type: 'object',
        properties: {
          type: { type: 'string' },
          activeDeadlineSeconds: { type: 'integer', format: 'int64' },
          ttlSecondsAfterFinished: number,
        },
      },
    },
  }),
  definition('NodeImage', 'nodeimages', [], 'Cluster', open),
];
