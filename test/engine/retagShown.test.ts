import { expect, it } from 'vitest';
import type { PodSnapshot } from '../../electron/domain/podSnapshot';
import type { ObjectRef } from '../../electron/domain/kubeObject';
import { container, pod, unreachable, waiting } from '../setup/pods';
import { FakeCluster } from '../setup/fakeCluster';
import { nginx, start } from '../setup/playedCluster';

const failing = (name: string, pullPolicy: string): PodSnapshot =>
  pod({
    ...{ uid: name, name, node: 'n1' },
    containers: [container({ pullPolicy, state: waiting('ErrImagePull', unreachable(nginx)) })],
  });

it('a dry run shows a retag once, also where a person asked for the pods too that it does not help', async () => {
  const pods = [failing('web', 'IfNotPresent'), failing('always', 'Always')];
  const cluster = Object.assign(new FakeCluster(pods), {
    readObject: ({ kind, name }: ObjectRef) => {
      const nodeInfo = { containerRuntimeVersion: 'containerd://2.1.5', kubeletVersion: 'v1.35.4' };
      const node = { apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { nodeInfo, images: [] } };
      return Promise.resolve(kind === 'Node' ? node : null);
    },
    mayI: (verb: string, group: string) => Promise.resolve(verb === 'patch' || group === 'batch'),
  });
  const settings = { contexts: { prod: { watch: true, auto: false, agreed: true, retag: true } } };
  const { application, pass, incident } = await start(pods, {
    cluster,
    parts: { dryRun: true },
    settings,
    mirrors: ['one'],
  });
  await pass(3_000);
  await application.command('fix', { context: 'prod', incident: incident()?.id ?? '', agree: false });
  await pass(20_000);
  expect(application.state().activity).toMatchObject([{ kind: 'created', outcome: 'would-do' }]);
});
