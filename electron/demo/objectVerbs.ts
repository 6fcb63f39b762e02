import { randomUUID } from 'node:crypto';
import type { Clock } from '../engine/ports';
import type { CrdServing } from './crdServing';
import type { Fields, KubeObject } from './objects';
import { fieldsOf, keyOf, listOf, sameJson, textOf, timestamp } from './objects';
import { asPod, decodedObject, objectErrors, updateErrors, withDefaults } from './objectRules';
import { applyPatch } from './patch';
import { admitted } from './podRules';
import type { RequestInfo } from './requestInfo';
import type { ResourceType } from './resources';
import { builtIn } from './resources';
import { alreadyExists, badRequest, conflict, forbidden, invalid, modified, notFound } from './status';
import type { Store } from './store';

export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789';

/** What each verb does to the store. Throws an ApiFault for what the real server refuses. */
export class ObjectVerbs {
  private eventsSweptAt = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly crds: CrdServing,
    private readonly random: () => number,
  ) {}

  get(type: ResourceType, { namespace, name }: RequestInfo): Answer {
    return { code: 200, body: this.existing(type, namespace, name) };
  }

  create(type: ResourceType, request: RequestInfo, body: unknown): Answer {
    const decoded = decodedObject(type, body);
    const namespace = type.namespaced ? request.namespace : '';
    const { metadata } = decoded;
    if (type.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace) {
      throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    }
    if (namespace && !this.store.of(builtIn.namespaces).get(namespace)) throw notFound(builtIn.namespaces, namespace);
    const name = metadata.name || (metadata.generateName ? this.generated(metadata.generateName) : '');
    if (!name) {
      throw invalid(type, '', [
        {
          reason: 'FieldValueRequired',
          field: 'metadata.name',
          text: 'Required value: name or generateName is required',
        },
      ]);
    }
    const uid = randomUUID();
    let object: KubeObject = {
      ...decoded,
      metadata: {
        ...metadata,
        name,
        ...(namespace && { namespace }),
        uid,
        creationTimestamp: timestamp(this.clock.now()),
        ...(generationCounts(type) && { generation: 1 }),
      },
    };
    delete object.metadata.resourceVersion;
    object = withDefaults(type, object, uid);
    if (type.kind === 'Pod') object = this.admittedPod(type, object);
    const errors = objectErrors(type, object);
    if (errors.length > 0) throw invalid(type, name, errors);
    if (this.store.of(type).get(keyOf(object))) throw alreadyExists(type, name);
    if (isDryRun(request)) return { code: 201, body: object };
    if (type.kind === 'CustomResourceDefinition') object = this.crds.established(object, this.clock.now());
    const stored = this.store.put(type, object);
    if (type.kind === 'Namespace') this.addDefaultAccount(name);
    if (type.kind === 'Event') this.sweepEvents();
    return { code: 201, body: stored };
  }

  update(type: ResourceType, request: RequestInfo, body: unknown): Answer {
    const before = this.existing(type, request.namespace, request.name);
    const decoded = decodedObject(type, body);
    if (decoded.metadata.name !== request.name) {
      throw badRequest(
        `the name of the object (${decoded.metadata.name}) does not match the name on the URL (${request.name})`,
      );
    }
    return { code: 200, body: this.write(type, request, before, decoded) };
  }

  patch(type: ResourceType, request: RequestInfo, contentType: string, body: unknown): Answer {
    const before = this.existing(type, request.namespace, request.name);
    const after = applyPatch(type, before, contentType, body);
    return { code: 200, body: this.write(type, request, before, decodedObject(type, after)) };
  }

  /** `POST pods/NAME/binding`: the only way to give a pod a node after its creation. */
  bind(request: RequestInfo, body: unknown): Answer {
    const pod = asPod(this.existing(builtIn.pods, request.namespace, request.name));
    const node = fieldsOf(fieldsOf(body).target).name;
    if (typeof node !== 'string' || node === '') throw badRequest('target.name: Required value');
    if (pod.spec.nodeName) {
      const type = { ...builtIn.pods, plural: 'pods/binding' };
      throw conflict(type, request.name, `pod ${request.name} is already assigned to node "${pod.spec.nodeName}"`);
    }
    const scheduled = {
      type: 'PodScheduled',
      status: 'True',
      lastTransitionTime: timestamp(this.clock.now()),
    };
    const others = (pod.status?.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled');
    this.store.put(builtIn.pods, {
      ...pod,
      spec: { ...pod.spec, nodeName: node },
      status: { ...pod.status, conditions: [...others, scheduled] },
    });
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  }

  delete(type: ResourceType, request: RequestInfo, body: unknown): Answer {
    const object = this.existing(type, request.namespace, request.name);
    const options = { ...Object.fromEntries(request.query), ...fieldsOf(body) };
    const wanted = fieldsOf(options.preconditions);
    for (const field of ['uid', 'resourceVersion'] as const) {
      const label = field === 'uid' ? 'UID' : 'ResourceVersion';
      if (wanted[field] !== undefined && wanted[field] !== object.metadata[field]) {
        const is = String(object.metadata[field]);
        const why = `the ${label} in the precondition (${textOf(wanted[field])}) does not match the ${label} in record (${is}). The object might have been deleted and then recreated`;
        throw conflict(type, request.name, why);
      }
    }
    if (isDryRun(request)) return { code: 200, body: object };
    const gone = this.remove(type, object, options);
    return { code: 200, body: gone };
  }

  deleteCollection(type: ResourceType, objects: readonly KubeObject[], body: unknown): void {
    for (const object of objects) this.remove(type, object, fieldsOf(body));
  }

  private existing(type: ResourceType, namespace: string, name: string): KubeObject {
    const object = this.store.of(type).get(type.namespaced ? `${namespace}/${name}` : name);
    if (!object) throw notFound(type, name);
    return object;
  }

  private write(type: ResourceType, request: RequestInfo, before: KubeObject, wanted: KubeObject): KubeObject {
    const { name } = before.metadata;
    const version = wanted.metadata.resourceVersion;
    if (version && version !== before.metadata.resourceVersion) throw modified(type, name);
    const { uid } = wanted.metadata;
    if (uid !== undefined && uid !== before.metadata.uid) {
      const was = String(before.metadata.uid);
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${was}`;
      throw conflict(type, name, why);
    }
    const after = this.allowedParts(type, request, before, wanted);
    const errors = updateErrors(type, before, after);
    if (errors.length > 0) throw invalid(type, name, errors);
    if (sameJson(before, after) || isDryRun(request)) return after;
    const stored = this.store.put(type, after);
    // the last finalizer of an object that is being deleted was taken away
    if (stored.metadata.deletionTimestamp && type.kind !== 'Pod' && !stored.metadata.finalizers?.length) {
      return this.store.remove(type, stored);
    }
    return stored;
  }

  /** A plain write leaves the status alone where it is a subresource, and the other way round. */
  private allowedParts(type: ResourceType, request: RequestInfo, before: KubeObject, wanted: KubeObject): KubeObject {
    const { metadata } = before;
    const kept = {
      ...wanted.metadata,
      name: metadata.name,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      ...(metadata.uid && { uid: metadata.uid }),
      ...(metadata.creationTimestamp && { creationTimestamp: metadata.creationTimestamp }),
      ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
      ...(metadata.generation && { generation: metadata.generation }),
      ...(metadata.deletionTimestamp && { deletionTimestamp: metadata.deletionTimestamp }),
    };
    if (request.subresource === 'status') {
      return { ...before, metadata: kept, status: wanted.status };
    }
    const after: KubeObject = { ...wanted, metadata: kept };
    if (type.hasStatus) after.status = before.status;
    if (generationCounts(type) && !sameJson(before.spec, after.spec)) {
      after.metadata.generation = (metadata.generation ?? 1) + 1;
    }
    return after;
  }

  private remove(type: ResourceType, object: KubeObject, options: Fields): unknown {
    if (type.kind === 'Pod') {
      const grace = this.gracePeriod(object, options);
      if (grace > 0) {
        const { metadata } = object;
        if ((metadata.deletionGracePeriodSeconds ?? Infinity) <= grace) return object;
        return this.store.put(type, {
          ...object,
          metadata: {
            ...metadata,
            deletionTimestamp: timestamp(this.clock.now() + grace * 1000),
            deletionGracePeriodSeconds: grace,
          },
        });
      }
      return this.store.remove(type, object);
    }
    const policy = deletionPolicy(type, options);
    const held = [...(object.metadata.finalizers ?? []), ...policy];
    if (held.length > 0) {
      if (object.metadata.deletionTimestamp) return object;
      return this.store.put(type, {
        ...object,
        metadata: { ...object.metadata, deletionTimestamp: timestamp(this.clock.now()), finalizers: held },
      });
    }
    if (type.kind === 'CustomResourceDefinition') this.crds.withdraw(object);
    if (type.kind === 'Namespace') this.emptyNamespace(object.metadata.name);
    this.store.remove(type, object);
    const { name, uid } = object.metadata;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, ...(type.group && { group: type.group }), kind: type.plural, uid },
    };
  }

  /** A pod that no kubelet has, or that has ended, goes at once. */
  private gracePeriod(object: KubeObject, options: Fields): number {
    const pod = asPod(object);
    const phase = pod.status?.phase ?? '';
    if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
    return Number(options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30);
  }

  /** The service account must exist; its pull secrets go to pods that name none themselves. */
  private admittedPod(type: ResourceType, object: KubeObject): KubeObject {
    const pod = asPod(object);
    const { name, namespace = '' } = pod.metadata;
    const account = pod.spec.serviceAccountName ?? 'default';
    const known = this.store.of(builtIn.serviceaccounts).get(`${namespace}/${account}`);
    if (!known) {
      const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
      throw forbidden(type, name, why);
    }
    return admitted(pod, listOf(known.imagePullSecrets) as { name: string }[]);
  }

  /** Real namespaces are emptied by a controller; here it happens with the deletion. */
  private emptyNamespace(namespace: string): void {
    for (const type of this.crds.types.all()) {
      if (!type.namespaced) continue;
      for (const object of this.store.of(type).list(namespace)) this.store.remove(type, object);
    }
  }

  private addDefaultAccount(namespace: string): void {
    this.store.put(builtIn.serviceaccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'default',
        namespace,
        uid: randomUUID(),
        creationTimestamp: timestamp(this.clock.now()),
      },
    });
  }

  /** Events live for an hour. */
  private sweepEvents(): void {
    const now = this.clock.now();
    if (now - this.eventsSweptAt < 60_000) return;
    this.eventsSweptAt = now;
    for (const event of this.store.of(builtIn.events).list()) {
      const last = Date.parse(textOf(event.lastTimestamp ?? event.metadata.creationTimestamp));
      if (now - last > 3_600_000) this.store.remove(builtIn.events, event);
    }
  }

  private generated(base: string): string {
    const letters = Array.from({ length: 5 }, () => suffixLetters[Math.floor(this.random() * suffixLetters.length)]);
    return base.slice(0, 58) + letters.join('');
  }
}

function generationCounts(type: ResourceType): boolean {
  return type.custom || ['Deployment', 'ReplicaSet', 'Job', 'Pod', 'CustomResourceDefinition'].includes(type.kind);
}

function isDryRun({ query }: RequestInfo): boolean {
  return query.get('dryRun') === 'All';
}

/** What has to happen to the dependents first; the API orphans the pods of Jobs unless told otherwise. */
function deletionPolicy(type: ResourceType, options: Fields): string[] {
  const policy = options.propagationPolicy ?? (type.kind === 'Job' ? 'Orphan' : 'Background');
  if (policy === 'Orphan') return ['orphan'];
  return policy === 'Foreground' ? ['foregroundDeletion'] : [];
}
