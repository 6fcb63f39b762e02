import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../electron/domain/kubeObject';
import type { PrepullRun } from '../../electron/domain/prepull/prepullRun';
import { CacheBoard } from '../../electron/engine/prepull/cacheBoard';
import { NodeArchitectures } from '../../electron/engine/prepull/nodeArchitectures';

const node = (name: string, architecture: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: { nodeInfo: { architecture } },
});

describe('the architecture of nodes', () => {
  const nodes = [node('a', 'amd64'), node('b', 'amd64'), node('c', 'arm64')];
  const setUp = () => {
    const read: string[] = [];
    const architectures = new NodeArchitectures({
      readObject: ({ name }) => {
        read.push(name);
        if (name === 'hidden') return Promise.resolve({ forbidden: 'no' });
        return Promise.resolve(nodes.find(({ metadata }) => metadata.name === name) ?? null);
      },
    });
    return { architectures, read };
  };

  it('is read once, and is one where all agree', async () => {
    const { architectures, read } = setUp();
    expect(architectures.ofKnown(['a', 'b'])).toBeNull();
    expect(await architectures.of(['a', 'b'])).toBe('amd64');
    expect([architectures.ofKnown(['b']), await architectures.of(['a'])]).toEqual(['amd64', 'amd64']);
    expect(read).toEqual(['a', 'b']);
  });

  it('is none where they differ, or one of them is not known', async () => {
    const { architectures } = setUp();
    for (const names of [['a', 'c'], ['a', 'hidden'], ['a', 'gone'], []])
      expect(await architectures.of(names)).toBeNull();
  });
});

describe('a row of what is cached', () => {
  const run: PrepullRun = {
    id: 'ahead-1',
    original: 'nginx:1.25',
    startedAt: 0,
    plan: { ways: [{ is: 'pull-pods' }], hostnames: {}, pullers: {} },
    prepull: {
      image: 'one.example/nginx:1.25',
      mirror: 'one.example',
      nodes: { 'node-1': { is: 'queued' } },
      batches: [{ way: 0, namespace: 'shop', name: 'p', nodes: ['node-1'], seen: [], gone: {}, isOver: false }],
    },
    later: ['node-2'],
    before: {},
    made: [],
  };

  it('has the size once a mirror has told it for all of its nodes, and keeps it', () => {
    let known: number | null = null;
    const asked: unknown[] = [];
    const board = new CacheBoard('prod', (image, nodes) => {
      asked.push([image, nodes]);
      return known;
    });
    const bytes = () => board.views.map((row) => row.bytes);
    board.ahead(run, false, 1);
    expect(bytes()).toEqual([null]);
    expect(asked[0]).toEqual(['one.example/nginx:1.25', ['node-1', 'node-2']]);
    known = 28_000_000;
    expect(bytes()).toEqual([28_000_000]);
    known = null;
    board.ahead(run, true, 2);
    expect(bytes()).toEqual([28_000_000]);
  });
});
