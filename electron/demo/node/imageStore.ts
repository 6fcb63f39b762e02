import type { ImageName } from './imageName';
import { parseImageName } from './imageName';
import type { NodeImage } from '../objects';
import type { ImageContent } from './registryWorld';

/** One image on a node: some content under any number of names. */
export interface StoredImage {
  readonly content: ImageContent;
  readonly names: ReadonlySet<string>;
}

interface Entry extends StoredImage {
  readonly names: Set<string>;
  /** Repositories under which the kubelet itself has pulled this content; empty when others brought it. */
  readonly pulledAs: Set<string>;
}

/** What the node status shows at most: this many images, the largest first, and names of each. */
const shownImages = 50;
const shownNames = 5;

/** A node's images in containerd, and the kubelet's records of what it has pulled (KEP-2535, on since 1.35). */
export class ImageStore {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly onChange: () => void = () => undefined) {}

  /** Present under exactly this name. */
  find(name: ImageName): StoredImage | null {
    return this.entryOf(name.normalised);
  }

  /**
   * Present, and allowed to a pod without another pull, since 1.35: content that the kubelet once pulled is so only under
   * repositories that it has pulled it from; content that came past the kubelet is free.
   */
  usable(name: ImageName): StoredImage | null {
    const entry = this.entryOf(name.normalised);
    if (!entry) return null;
    return entry.pulledAs.size === 0 || entry.pulledAs.has(name.repository) ? entry : null;
  }

  /** As the kubelet pulls. */
  pulled(name: ImageName, content: ImageContent): StoredImage {
    const entry = this.load(name, content);
    entry.pulledAs.add(name.repository);
    return entry;
  }

  /** As the runtime's own client pulls (`ctr images pull`): the kubelet has no record of it. */
  load(name: ImageName, content: ImageContent): Entry {
    const entry = this.entries.get(content.id) ?? { content, names: new Set(), pulledAs: new Set() };
    this.entries.set(content.id, entry);
    this.rename(name.normalised, entry);
    entry.names.add(`${name.repository}@${content.digest}`);
    this.onChange();
    return entry;
  }

  /** `ctr images tag`: another name for the same content. The target is taken as it is written. */
  tag(existing: string, target: string): boolean {
    const entry = this.entryOf(parseImageName(existing)?.normalised ?? '');
    if (!entry) return false;
    this.rename(target, entry);
    this.onChange();
    return true;
  }

  /** Takes the image away, under all of its names together. */
  remove(name: ImageName): void {
    const entry = this.entryOf(name.normalised);
    if (!entry) return;
    this.entries.delete(entry.content.id);
    this.onChange();
  }

  clear(): void {
    this.entries.clear();
    this.onChange();
  }

  /** As in `node.status.images`: small images and later names are the first to be left out. */
  nodeImages(): NodeImage[] {
    return [...this.entries.values()]
      .sort((a, b) => b.content.sizeBytes - a.content.sizeBytes)
      .slice(0, shownImages)
      .map(({ names, content }) => ({ names: sortedNames(names).slice(0, shownNames), sizeBytes: content.sizeBytes }));
  }

  private entryOf(normalised: string): Entry | null {
    for (const entry of this.entries.values()) if (entry.names.has(normalised)) return entry;
    return null;
  }

  /** A name belongs to one image: a tag that moved leaves the old one. */
  private rename(name: string, entry: Entry): void {
    for (const other of this.entries.values()) if (other !== entry) other.names.delete(name);
    entry.names.add(name);
  }
}

/** Digests before tags, each in the order of the alphabet. */
function sortedNames(names: ReadonlySet<string>): string[] {
  const all = [...names].sort();
  return [...all.filter((name) => name.includes('@')), ...all.filter((name) => !name.includes('@'))];
}

/** What a container's status says about its image: the first tag of the content, and its first digest name. */
export function reportedImage(image: StoredImage, wanted: string): { image: string; imageId: string } {
  const names = [...image.names].sort();
  return {
    image: names.find((name) => !name.includes('@')) ?? wanted,
    imageId: names.find((name) => name.includes('@')) ?? image.content.id,
  };
}
