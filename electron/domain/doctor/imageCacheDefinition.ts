import type { KubeObject } from '../kubeObject';

const text = { type: 'string' };
/** A time that kube-fledged may also write as null. */
const time = { type: 'string', format: 'date-time', nullable: true };
const object = (properties: object, required: readonly string[] = []) => ({
  type: 'object',
  ...(required.length > 0 && { required }),
  properties,
});
const arrayOf = (items: object) => ({ type: 'array', items });

/** A list of images, and the nodes that are to have them: those with these labels, all where none are named. */
const imageList = object(
  { images: { ...arrayOf(text), minItems: 1 }, nodeSelector: { type: 'object', additionalProperties: text } },
  ['images'],
);

const failure = object({ node: text, reason: text, message: text });

/** Written by the controller with plain updates of the whole object, so it is no subresource. */
const status = object({
  status: text,
  reason: text,
  message: text,
  startTime: time,
  completionTime: time,
  failures: { type: 'object', nullable: true, additionalProperties: arrayOf(failure) },
});

/** The type ImageCache, as kube-fledged 0.10 writes and reads it. */
export function imageCacheDefinition(labels: Readonly<Record<string, string>>): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'imagecaches.kubefledged.io', labels },
    spec: {
      group: 'kubefledged.io',
      scope: 'Namespaced',
      names: {
        kind: 'ImageCache',
        listKind: 'ImageCacheList',
        plural: 'imagecaches',
        singular: 'imagecache',
        shortNames: ['ic'],
      },
      versions: [
        {
          name: 'v1alpha2',
          served: true,
          storage: true,
          additionalPrinterColumns: [
            { name: 'Status', type: 'string', jsonPath: '.status.status' },
            { name: 'Reason', type: 'string', jsonPath: '.status.reason' },
            { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
          ],
          schema: {
            openAPIV3Schema: object(
              {
                apiVersion: text,
                kind: text,
                metadata: { type: 'object' },
                spec: object({ cacheSpec: arrayOf(imageList), imagePullSecrets: arrayOf(object({ name: text })) }, [
                  'cacheSpec',
                ]),
                status,
              },
              ['spec'],
            ),
          },
        },
      ],
    },
  };
}
