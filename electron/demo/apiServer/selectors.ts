import type { KubeObject } from '../objects';
import { fieldsOf } from '../objects';
import type { ResourceType } from './resources';
import { badRequest } from './status';

export type Matcher = (object: KubeObject) => boolean;

/**
 * A label selector: `a=b`, `a!=b`, `a in (x,y)`, `a notin (x,y)`, `a`, `!a`, joined by commas. Throws a 400
 * for what cannot be read.
 */
export function labelMatcher(selector: string): Matcher {
  const parts = selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  const tests = parts.filter((part) => part !== '').map(labelTest);
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return tests.every((test) => test(labels));
  };
}

function labelTest(part: string): (labels: Record<string, string>) => boolean {
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => key in labels && values.has(labels[key] ?? '')
      : (labels) => !(key in labels) || !values.has(labels[key] ?? '');
  }
  const equality = /^([\w./-]+)\s*(==|=|!=)\s*([\w.-]*)$/.exec(part);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const presence = /^(!?)\s*([\w./-]+)$/.exec(part);
  if (!presence) throw badRequest(`unable to parse requirement: found '${part}'`);
  const [, not, key = ''] = presence;
  return not ? (labels) => !(key in labels) : (labels) => key in labels;
}

const selectableFields: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  namespaces: ['status.phase'],
  nodes: ['spec.unschedulable'],
  jobs: ['status.successful'],
  replicasets: ['status.replicas'],
  secrets: ['type'],
};

/** A field selector: `field=value`, `field!=value`, joined by commas. Throws a 400 for fields without selector. */
export function fieldMatcher(selector: string, type: ResourceType): Matcher {
  const known = ['metadata.name', 'metadata.namespace', ...(selectableFields[type.plural] ?? [])];
  const tests = selector
    .split(',')
    .filter((part) => part !== '')
    .map((part): Matcher => {
      const [, field = '', operator = '', value = ''] = /^([^=!]+)(==|=|!=)(.*)$/.exec(part) ?? [];
      if (!operator) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      if (!known.includes(field)) {
        throw badRequest(`field label not supported: ${field}`);
      }
      const path = field.split('.');
      return operator === '!='
        ? (object) => textAt(object, path) !== value
        : (object) => textAt(object, path) === value;
    });
  return (object) => tests.every((test) => test(object));
}

function textAt(object: KubeObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const step of path) value = fieldsOf(value)[step];
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : '';
}
