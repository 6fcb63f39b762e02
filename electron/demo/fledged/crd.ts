/** The type ImageCache as kube-fledged defines it: its status is an ordinary field, not a subresource. */
export const imageCacheDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'imagecaches.kubefledged.io', labels: { app: 'kubefledged' } },
  spec: {
    group: 'kubefledged.io',
    names: {
      kind: 'ImageCache',
      listKind: 'ImageCacheList',
      plural: 'imagecaches',
      singular: 'imagecache',
      shortNames: ['ic'],
    },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1alpha2',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              spec: {
                type: 'object',
                required: ['cacheSpec'],
                properties: {
                  cacheSpec: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['images'],
                      properties: {
                        images: { type: 'array', items: { type: 'string' } },
                        nodeSelector: { type: 'object', additionalProperties: { type: 'string' } },
                      },
                    },
                  },
                  imagePullSecrets: {
                    type: 'array',
                    items: { type: 'object', properties: { name: { type: 'string' } } },
                  },
                },
              },
              status: {
                type: 'object',
                required: ['status', 'reason', 'message', 'startTime'],
                properties: {
                  status: { type: 'string' },
                  reason: { type: 'string' },
                  message: { type: 'string' },
                  startTime: { type: 'string', format: 'date-time' },
                  completionTime: { type: 'string', format: 'date-time' },
                  failures: {
                    type: 'object',
                    additionalProperties: {
                      type: 'array',
                      items: {
                        type: 'object',
                        properties: {
                          node: { type: 'string' },
                          reason: { type: 'string' },
                          message: { type: 'string' },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};
