import { expect, it } from 'vitest';
import type { KubeObject, ObjectRef } from '../../electron/domain/kubeObject';
import { usualRuntime } from '../../electron/domain/retag/nodeRuntime';
import { plannedRetag } from '../../electron/domain/retag/retagParts';
import type { ContextSource } from '../../electron/engine/ports';
import { start } from '../setup/playedCluster';
import { FakeCluster } from '../setup/fakeCluster';
import { pod } from '../setup/pods';

const target = { podUid: 'uid-1', namespace: 'shop', pod: 'web-1', node: 'node-1', swappable: true, containers: [] };
const known = plannedRetag({
  ...{ id: 'r', incident: 'i', image: 'nginx', startedAt: 0, asked: false, namespace: 'kube-system' },
  candidates: [{ mirror: 'one.example', proxied: 'one.example/nginx', helper: 'sh' }],
  nodes: { 'node-1': usualRuntime },
  targets: [target],
});
const [node] = Object.values(known.nodes);

it('a retag in the journal is not gone on with where it was switched off: its Job goes', async () => {
  if (!node) throw new Error('no node');
  const state = { ...known, nodes: { 'node-1': { ...node, phase: 'working', job: 'pullthrough-retag-1' } } };
  const wrote: string[] = [];
  const cluster = Object.assign(new FakeCluster([pod()]), {
    createObject: ({ kind }: KubeObject) => {
      wrote.push(`create ${kind}`);
      return Promise.resolve({ is: 'done' } as const);
    },
    deleteObject: ({ kind, name }: ObjectRef) => {
      wrote.push(`delete ${kind} ${name}`);
      return Promise.resolve({ is: 'done' } as const);
    },
  });
  const entries = [{ id: 'r', context: 'prod', what: 'retag', state } as const];
  const journal = { path: '', load: () => ({ entries, problem: null }), record: () => undefined };
  const settings = { contexts: { prod: { watch: true, auto: false, agreed: true } } };
  const handle = { name: 'prod', server: '', namespace: '', fingerprint: '', connect: () => cluster };
  const contexts: ContextSource = {
    follow: (_extra, listener) => {
      listener({ files: [], broken: [], contexts: [handle], current: null });
      return () => undefined;
    },
  };
  const { pass } = await start([pod()], { parts: { journal, contexts }, settings });
  cluster.list();
  await pass(1_000);
  expect(wrote).toEqual(['delete Job pullthrough-retag-1']);
});
