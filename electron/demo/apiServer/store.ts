import type { KubeObject } from '../objects';
import { keyOf } from '../objects';
import type { ResourceType } from './resources';
import { idOf } from './resources';

/** One write, as watchers see it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  /** The object before this write; null when it is new. A watch with a selector needs it. */
  readonly before: KubeObject | null;
  readonly version: number;
}

/** Objects of one type: never changed in place, so that a list can be handed out page by page. */
export class Collection {
  private readonly objects = new Map<string, KubeObject>();
  private readonly followers = new Set<(change: Change) => void>();
  private history: Change[] = [];
  private ordered: string[] | null = [];
  /** A watch from this version on, or later, misses nothing. */
  floor: number;

  constructor(
    version: number,
    private readonly kept: number,
  ) {
    this.floor = version;
  }

  get size(): number {
    return this.objects.size;
  }

  get(key: string): KubeObject | undefined {
    return this.objects.get(key);
  }

  /** All objects in the order of their keys, as etcd has them; of one namespace when it is not empty. */
  list(namespace = ''): KubeObject[] {
    this.ordered ??= [...this.objects.keys()].sort();
    const prefix = `${namespace}/`;
    const found: KubeObject[] = [];
    for (const key of this.ordered) {
      if (namespace !== '' && !key.startsWith(prefix)) continue;
      const object = this.objects.get(key);
      if (object) found.push(object);
    }
    return found;
  }

  apply(change: Change): void {
    const key = keyOf(change.object);
    if (change.type === 'DELETED') this.objects.delete(key);
    else this.objects.set(key, change.object);
    if (change.type !== 'MODIFIED') this.ordered = null;
    this.history.push(change);
    if (this.history.length > this.kept * 2) this.forget(this.kept);
    for (const follower of this.followers) follower(change);
  }

  /** What happened after `version`; null when that is no longer known. */
  since(version: number): readonly Change[] | null {
    if (version < this.floor) return null;
    return this.history.filter((change) => change.version > version);
  }

  /** Drops all but the newest `keep` changes, as a compaction does. */
  forget(keep: number): void {
    const dropped = this.history.slice(0, Math.max(0, this.history.length - keep));
    this.floor = Math.max(this.floor, dropped.at(-1)?.version ?? 0);
    this.history = this.history.slice(dropped.length);
  }

  follow(follower: (change: Change) => void): () => void {
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }
}

/** Everything the API server keeps, under one counter of versions. */
export class Store {
  private readonly collections = new Map<string, Collection>();
  private counter: number;

  /** `kept` is how many changes of each type a watcher can catch up on. */
  constructor(private readonly kept: number) {
    // a real cluster's versions do not start at one either, and "0" has a meaning of its own
    this.counter = 100;
  }

  get version(): number {
    return this.counter;
  }

  of(type: Pick<ResourceType, 'group' | 'plural'>): Collection {
    const id = idOf(type);
    const known = this.collections.get(id);
    if (known) return known;
    const made = new Collection(this.counter, this.kept);
    this.collections.set(id, made);
    return made;
  }

  /** Stores a new state of an object under the next version, and gives it back with that version. */
  put(type: ResourceType, object: KubeObject): KubeObject {
    const collection = this.of(type);
    const before = collection.get(keyOf(object)) ?? null;
    const stored = this.stamped(object);
    collection.apply({ type: before ? 'MODIFIED' : 'ADDED', object: stored, before, version: this.counter });
    return stored;
  }

  remove(type: ResourceType, object: KubeObject): KubeObject {
    const collection = this.of(type);
    const before = collection.get(keyOf(object)) ?? null;
    const last = this.stamped(object);
    if (before) collection.apply({ type: 'DELETED', object: last, before, version: this.counter });
    return last;
  }

  compact(): void {
    for (const collection of this.collections.values()) collection.forget(0);
  }

  private stamped(object: KubeObject): KubeObject {
    this.counter += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.counter) } };
  }
}
