import { randomUUID } from 'node:crypto';
import type { Clock } from '../../engine/ports';
import type { CrdServing } from './crdServing';
import type { KubeObject } from '../objects';
import { fieldsOf, keyOf, listOf, sameJson, textOf, timestamp } from '../objects';
import { checkPreconditions, Deletion } from './deletion';
import { pruned } from './crdSchema';
import { asPod, decodedObject, withDefaults } from './objectDefaults';
import { objectErrors, updateErrors } from './objectRules';
import { applyPatch } from './patch';
import { admitted, withDefaultTolerations } from './podRules';
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
  private readonly deletion: Deletion;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    private readonly crds: CrdServing,
    private readonly random: () => number,
  ) {
    this.deletion = new Deletion(store, clock, crds);
  }

  get(type: ResourceType, { namespace, name }: RequestInfo): Answer {
    return { code: 200, body: this.existing(type, namespace, name) };
  }

  create(type: ResourceType, request: RequestInfo, body: unknown): Answer {
    const decoded = this.decoded(type, body);
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
    const stored = this.store.put(type, object);
    if (type.kind === 'CustomResourceDefinition') this.crds.define(stored);
    if (type.kind === 'Namespace') this.addDefaultAccount(name);
    if (type.kind === 'Event') this.sweepEvents();
    return { code: 201, body: stored };
  }

  update(type: ResourceType, request: RequestInfo, body: unknown): Answer {
    const before = this.existing(type, request.namespace, request.name);
    const wanted = this.decoded(type, body);
    const { uid } = wanted.metadata;
    if (uid !== undefined && uid !== before.metadata.uid) {
      const key = `/registry/${type.plural}/${keyOf(before)}`;
      const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${before.metadata.uid ?? ''}`;
      throw conflict(
        type,
        request.name,
        `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
      );
    }
    return { code: 200, body: this.write(type, request, before, wanted) };
  }

  patch(type: ResourceType, request: RequestInfo, contentType: string, body: unknown): Answer {
    const before = this.existing(type, request.namespace, request.name);
    const wanted = this.decoded(type, applyPatch(type, before, contentType, body));
    return { code: 200, body: this.write(type, request, before, wanted) };
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
    checkPreconditions(type, object, options);
    return { code: 200, body: isDryRun(request) ? object : this.deletion.remove(type, object, options) };
  }

  deleteCollection(type: ResourceType, objects: readonly KubeObject[], body: unknown): void {
    for (const object of objects) this.deletion.remove(type, object, fieldsOf(body));
  }

  private decoded(type: ResourceType, body: unknown): KubeObject {
    const object = decodedObject(type, body);
    if (!type.schema) return object;
    const { apiVersion, kind, metadata } = object;
    return { ...fieldsOf(pruned(type.schema, object)), apiVersion, kind, metadata };
  }

  private existing(type: ResourceType, namespace: string, name: string): KubeObject {
    const object = this.store.of(type).get(type.namespaced ? `${namespace}/${name}` : name);
    if (!object) throw notFound(type, name);
    return object;
  }

  private write(type: ResourceType, request: RequestInfo, before: KubeObject, wanted: KubeObject): KubeObject {
    const { name } = before.metadata;
    if (wanted.metadata.name !== name) {
      throw badRequest(`the name of the object (${wanted.metadata.name}) does not match the name on the URL (${name})`);
    }
    const version = wanted.metadata.resourceVersion;
    if (version && version !== before.metadata.resourceVersion) throw modified(type, name);
    const after = this.allowedParts(type, request, before, wanted);
    const errors = updateErrors(type, before, after);
    if (errors.length > 0) throw invalid(type, name, errors);
    if (sameJson(before, after) || isDryRun(request)) return after;
    const stored = this.store.put(type, after);
    // the last finalizer of an object that is being deleted was taken away, and no kubelet is waited for
    const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = stored.metadata;
    if (deletionTimestamp && deletionGracePeriodSeconds === 0 && !finalizers?.length) {
      return this.store.remove(type, stored);
    }
    return stored;
  }

  /** A plain write leaves the status alone where it is a subresource, and the other way round. */
  private allowedParts(type: ResourceType, request: RequestInfo, before: KubeObject, wanted: KubeObject): KubeObject {
    const { metadata } = before;
    const kept = {
      ...wanted.metadata,
      ...(metadata.namespace && { namespace: metadata.namespace }),
      uid: wanted.metadata.uid ?? metadata.uid ?? '',
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
    const admittedNow = type.kind === 'Pod' ? withDefaultTolerations(asPod(after)) : after;
    if (generationCounts(type) && !sameJson(counted(type, before), counted(type, admittedNow))) {
      admittedNow.metadata.generation = (metadata.generation ?? 1) + 1;
    }
    return admittedNow;
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

/** What a new generation is counted for: the spec, and all the rest where the status is no subresource. */
function counted(type: ResourceType, object: KubeObject): unknown {
  return type.custom && !type.hasStatus ? { ...object, metadata: null } : object.spec;
}

function isDryRun({ query }: RequestInfo): boolean {
  return query.get('dryRun') === 'All';
}
