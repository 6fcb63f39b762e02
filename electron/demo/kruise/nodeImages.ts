import { parseImageName } from '../node/imageName';
import type { Fields, KubeObject } from '../objects';
import { fieldsOf, listOf } from '../objects';

/** What a NodeImage wants of one image, and what its node's daemon has reported. */

export interface TagSpec extends Fields {
  readonly tag: string;
  readonly version: number;
  readonly pullPolicy?: { readonly backoffLimit?: number };
  readonly ownerReferences: readonly { readonly uid: string }[];
}

export interface TagStatus extends Fields {
  readonly tag: string;
  readonly version: number;
  readonly phase: 'Waiting' | 'Pulling' | 'Succeeded' | 'Failed';
  readonly progress?: number;
  readonly message?: string;
}

/** OpenKruise keys by the familiar name and the tag, and puts a digest in the tag's place. */
export function keyOfImage(image: string): { readonly name: string; readonly tag: string } | null {
  const parsed = parseImageName(image);
  if (!parsed) return null;
  const name = parsed.repository.replace(/^docker\.io\/(?:library\/)?/, '');
  return { name, tag: parsed.digest === '' ? parsed.tag : parsed.digest };
}

export function wantedTags(nodeImage: KubeObject): readonly (readonly [name: string, tag: TagSpec])[] {
  const images = fieldsOf(fieldsOf(nodeImage.spec).images);
  return Object.entries(images).flatMap(([name, image]) =>
    listOf(fieldsOf(image).tags).map((tag) => [name, tag as TagSpec] as const),
  );
}

export function wantedTag(nodeImage: KubeObject, name: string, tag: string): TagSpec | undefined {
  return wantedTags(nodeImage).find(([known, each]) => known === name && each.tag === tag)?.[1];
}

export function reportedTag(nodeImage: KubeObject, name: string, tag: string): TagStatus | undefined {
  const image = fieldsOf(fieldsOf(fieldsOf(nodeImage.status).imageStatuses)[name]);
  return listOf(image.tags).find((each) => (each as TagStatus).tag === tag) as TagStatus | undefined;
}

/** The tags of an image with this one in the place of the one that it stands for. */
export function withTag<T extends { readonly tag: string }>(tags: readonly T[], tag: T): T[] {
  return [...tags.filter((each) => each.tag !== tag.tag), tag];
}
