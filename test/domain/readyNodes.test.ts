import { expect, it } from 'vitest';
import { barOf, isNotReady, readyNodes } from '../../electron/domain/prepull/readyNodes';

const node = (name: string, ready: string | null, operatingSystem = 'linux', unschedulable = false) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': `host-${name}` } },
  spec: { unschedulable },
  status: {
    nodeInfo: { operatingSystem },
    ...(ready !== null && { conditions: [{ type: 'Ready', status: ready }] }),
  },
});
const nodes = [
  node('a', 'True'),
  node('silent', 'Unknown'),
  node('broken', 'False'),
  node('new', null),
  node('windows', 'True', 'windows'),
  node('cordoned', 'True', 'linux', true),
];

it('only nodes that run, take work and can pull Linux images get images ahead of need', () => {
  expect([...readyNodes(nodes)]).toEqual([['a', 'host-a']]);
});

it('a node is not ready where its kubelet is silent or says so', () => {
  expect(nodes.filter(isNotReady).map(({ metadata }) => metadata.name)).toEqual(['silent', 'broken']);
});

it('what keeps from pulling on a node is that it is not ready, or runs Windows', () => {
  expect(nodes.map(barOf)).toEqual([null, 'not-ready', 'not-ready', null, 'windows', null]);
  expect(barOf(node('both', 'False', 'windows'))).toBe('not-ready');
});
