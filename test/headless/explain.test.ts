import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from '../../electron/demo/apiServer/authorization';
import { RegistryWorld } from '../../electron/demo/node/registryWorld';
import { startSimulation, type Simulation } from '../../electron/demo/simulation';
import { machineClock } from '../../electron/engine/machineClock';
import type { Explanation } from '../../electron/headless/explanation';
import { eventually } from '../setup/eventually';
import { CommandFolder } from './commandProcess';
import { SimulatedPods } from './simulatedPods';

const image = 'nginx:1.25';
const throughFirst = 'first.example/docker.io/library/nginx:1.25';
const throughSecond = 'second.example/docker.io/library/nginx:1.25';
const mirrors = ['--mirror', 'first.example', '--mirror', 'second.example'];

let folder: CommandFolder;
let simulation: Simulation;
let registries: RegistryWorld;
let pods: SimulatedPods;

beforeAll(async () => {
  folder = new CommandFolder();
  registries = new RegistryWorld();
  registries.host('docker.io').answer = 'timeout';
  registries.publish(throughSecond, { content: 'nginx' });
  simulation = await startSimulation({
    clock: machineClock,
    nodes: [{ name: 'node-1', hostname: 'host-1' }],
    registries,
    users: {
      app: everything,
      viewer: [{ verbs: ['list'], groups: [''], resources: ['pods'] }],
      nobody: [],
    },
    timings: { backOffMs: 200, maxBackOffMs: 600_000, imageStatusMs: 50 },
  });
  pods = new SimulatedPods(simulation);
});
afterAll(async () => {
  await simulation.stop();
  folder.remove();
});

const explain = (pod: string, flags: readonly string[] = [], user = 'app', cluster = simulation) =>
  folder.run(['explain', '--kubeconfig', folder.write(`${user}.config`, cluster.kubeconfigFor(user)), ...flags, pod]);

async function explained(pod: string, flags: readonly string[] = mirrors, user = 'app', cluster = simulation) {
  const { code, out, err } = await explain(pod, ['--json', ...flags], user, cluster);
  expect({ code, err, lines: out.trim().split('\n').length }).toEqual({ code: 0, err: '', lines: 1 });
  return JSON.parse(out) as Explanation;
}

describe('a pod that cannot reach its registry', () => {
  beforeAll(async () => {
    await pods.create('web', {});
    await pods.waiting('web', 'ImagePullBackOff');
  });

  it('is told of the Job that gives the image its own name, where that is asked for, and of no patch', async () => {
    const flags = [...mirrors, '--retag', '--retag-image', 'docker.io/library/alpine:3.22'];
    const { containers, missing } = await explained('default/web', flags);
    expect(missing).toBeUndefined();
    const [fix] = containers.map((container) => container.fix);
    expect(fix).toMatchObject({ does: 'retag', job: { kind: 'Job', metadata: { namespace: 'kube-system' } } });
    expect(fix).not.toHaveProperty('patch');
    expect(JSON.stringify(fix?.job)).toContain('first.example/docker.io/library/alpine:3.22');
    const { out } = await explain('default/web', flags);
    expect(out).toMatch(/Job kube-system\/\S+ pulls it on the pod’s node and gives it its own name/);
  });

  it('is told with its cause, the mirrors in order, the cache, and the patch that really heals it', async () => {
    const { containers, missing, ...pod } = await explained('default/web');
    expect(pod).toEqual({ context: 'app', namespace: 'default', pod: 'web', node: 'node-1' });
    expect(missing).toBeUndefined();
    expect(containers).toMatchObject([
      {
        container: 'app',
        image,
        reason: expect.stringMatching(/^(ErrImagePull|ImagePullBackOff)$/) as string,
        cause: 'unreachable',
        healable: 'yes',
        message: expect.stringContaining('i/o timeout') as string,
        fix: {
          does: 'swap',
          mirrors: [
            { mirror: 'first.example', proxied: throughFirst },
            { mirror: 'second.example', proxied: throughSecond },
          ],
          cache: { namespace: 'kube-fledged', hostnames: ['host-1'] },
          containers: ['app'],
        },
      },
    ]);
    for (const field of ['refused', 'why', 'source', 'original']) expect(containers[0]).not.toHaveProperty(field);
    // the patch is of the very pod that was read: one that the kubelet has written to since is refused
    await eventually(async () => {
      const [container] = (await explained('default/web')).containers;
      return (await pods.patch('web', container?.fix?.patch)).status === 200;
    }, 30_000);
    const [container] = (await pods.read('web')).spec.containers;
    expect(container?.image).toBe(throughFirst);
  });

  it('is then told to be swapped, with its original, and what comes next where that mirror fails as well', async () => {
    await eventually(async () =>
      JSON.stringify((await pods.read('web')).status).includes('Back-off pulling image \\"first.example'),
    );
    const { swapped, containers } = await explained('default/web');
    expect(swapped).toEqual([{ container: 'app', image: throughFirst, original: image }]);
    expect(containers).toMatchObject([
      { image: throughFirst, original: image, fix: { does: 'swap', mirrors: [{ proxied: throughSecond }] } },
    ]);
    const last = await explained('default/web', ['--mirror', 'first.example']);
    expect(last.containers).toMatchObject([{ fix: { does: 'put-back', mirrors: [] } }]);
    expect(last.containers[0]?.fix?.patch).toContainEqual({
      op: 'replace',
      path: '/spec/containers/0/image',
      value: image,
    });
    await eventually(async () => {
      const [container] = (await explained('default/web')).containers;
      return (await pods.patch('web', container?.fix?.patch)).status === 200;
    }, 30_000);
    await pods.running('web');
    const healed = await explained('default/web');
    expect(healed).toMatchObject({ containers: [], swapped: [{ image: throughSecond, original: image }] });
    const { out } = await explain('default/web');
    expect(out).toMatch(
      /^default\/web on node-1, context app\nNo container of it waits for its image\.\n\napp: second/,
    );
    expect(out).toMatch(/\n {2}original +nginx:1\.25, /);
  });
});

describe('a pod that no mirror can heal', () => {
  it('with the policy Never is told so, with no patch', async () => {
    await pods.create('never', { containers: [{ name: 'app', image, imagePullPolicy: 'Never' }] });
    await pods.waiting('never', 'ErrImageNeverPull');
    const { containers } = await explained('default/never');
    expect(containers).toMatchObject([{ cause: 'never-policy', healable: 'no', refused: 'never-policy' }]);
    expect(containers[0]).not.toHaveProperty('fix');
    const { code, out } = await explain('default/never');
    expect(code).toBe(0);
    expect(out).toMatch(/\n {2}fix +none: The pull policy Never /);
  });

  it('is told which rule, exception or annotation keeps it from it', async () => {
    await pods.create('apart', {}, { annotations: { 'pullthrough.dev/auto': 'false' } });
    await pods.waiting('apart', 'ImagePullBackOff');
    expect((await explained('default/apart')).containers).toMatchObject([{ refused: 'opted-out-pod' }]);
    await pods.create('plain', {});
    await pods.waiting('plain', 'ImagePullBackOff');
    const refusedWith = async (...flags: string[]) => (await explained('default/plain', flags)).containers[0]?.refused;
    expect(await refusedWith('--no-proxy', 'docker.io')).toBe('excluded');
    expect(await refusedWith('--rules', folder.write('none.json', '[]'))).toBe('no-rule');
    expect(await refusedWith('--allow-list', folder.write('allows.txt', 'quay.io\n'))).toBe('not-on-allow-list');
    await pods.optOut('false');
    expect(await refusedWith()).toBe('opted-out-namespace');
    await pods.optOut(null);
    expect(await refusedWith()).toBeUndefined();
  });

  it('pulls for kube-fledged, and is not changed itself', async () => {
    const labels = { app: 'kubefledged', imagecache: 'cache-1' };
    await pods.create('puller', {}, { labels });
    await pods.waiting('puller', 'ImagePullBackOff');
    const { pullsFor, containers } = await explained('default/puller');
    expect(pullsFor).toEqual({ kind: 'image-cache', name: 'cache-1' });
    expect(containers).toMatchObject([{ cause: 'unreachable' }]);
    expect(containers[0]).not.toHaveProperty('fix');
  });

  it('has its other containers explained each', async () => {
    await pods.create('mixed', {
      containers: [
        { name: 'one', image },
        { name: 'two', image: 'docker.io/library/nginx:1.25' },
        { name: 'three', image: 'localhost:5000/app:1' },
      ],
    });
    await pods.waiting('mixed', 'ImagePullBackOff');
    await eventually(async () =>
      (await pods.read('mixed')).status?.containerStatuses?.every(({ state }) => state.waiting?.message),
    );
    const { containers } = await explained('default/mixed', [...mirrors, '--no-proxy', 'quay.io']);
    expect(containers.map(({ container, refused, fix }) => [container, refused ?? fix?.containers])).toEqual([
      ['one', ['one', 'two']],
      ['two', ['one', 'two']],
      ['three', 'local'],
    ]);
    const { out } = await explain('default/mixed', mirrors);
    expect(out).toMatch(/\n {2}fix +together with one\n/);
    expect(out.match(/\[\{"op":"test"/g)).toHaveLength(1);
  });
});

it('what is said of a volume’s image is told of that image', async () => {
  const message = 'Failed to pull image "reg.example/volume:1": dial tcp: lookup reg.example: no such host';
  await pods.pretend('volume', { waiting: { reason: 'ErrImagePull', message } }, []);
  const [container] = (await explained('default/volume')).containers;
  expect(container).toMatchObject({ image, refused: 'image-volume', host: 'reg.example' });
  expect(container?.explanation).toContain('reg.example/volume:1');
  expect(container?.explanation).not.toContain('nginx');
});

it('a pod of which nothing waits is told so, and that is no failure', async () => {
  registries.publish('quay.io/acme/tool:1');
  await pods.create('fine', { containers: [{ name: 'app', image: 'quay.io/acme/tool:1' }] });
  await pods.running('fine');
  expect(await explained('default/fine')).toEqual({
    context: 'app',
    namespace: 'default',
    pod: 'fine',
    node: 'node-1',
    containers: [],
  });
  expect(await explain('default/fine', ['--lang', 'zh'])).toEqual({
    code: 0,
    out: 'default/fine，节点 node-1，上下文 app\n其中没有容器在等待镜像。\n',
    err: '',
  });
});

describe('what the status of a pod does not tell', () => {
  const cause = `Failed to pull image "${image}": rpc error: code = Unknown desc = dial tcp 203.0.113.9:443: i/o timeout`;
  const backOff = { waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` } };

  it('comes from the event of the container', async () => {
    await pods.pretend('silent', backOff, [
      { reason: 'Failed', message: 'Failed to pull image "other:1": not found', container: 'app' },
      { reason: 'Failed', message: cause, container: 'app' },
      { reason: 'Failed', message: 'Error: ErrImagePull', container: 'app' },
    ]);
    const { containers } = await explained('default/silent');
    expect(containers).toMatchObject([
      { cause: 'unreachable', message: cause, source: 'event', fix: { does: 'swap' } },
    ]);
    expect((await explain('default/silent')).out).toMatch(/\n {2}event +Failed to pull image/);
  });

  it('stays unknown where there is no event, or where events may not be read, which is said', async () => {
    await pods.pretend('dumb', backOff, []);
    const { containers, missing } = await explained('default/dumb');
    expect(containers).toMatchObject([{ cause: 'unknown', healable: 'offer' }]);
    expect(missing).toBeUndefined();
    const seen = await explained('default/silent', mirrors, 'viewer');
    expect(seen.containers).toMatchObject([{ cause: 'unknown' }]);
    expect(seen.missing).toContainEqual(
      expect.objectContaining({
        verb: 'list',
        resource: 'events',
        namespace: 'default',
        answer: expect.stringContaining('403') as string,
      }),
    );
  });

  it('is told by a kubelet of before 1.32 in an event only', async () => {
    const old = await startSimulation({
      clock: machineClock,
      nodes: [{ name: 'node-1', hostname: 'host-1' }],
      registries,
      users: { app: everything },
      minor: 31,
      fledged: false,
      timings: { backOffMs: 200, maxBackOffMs: 600_000 },
    });
    const pods = new SimulatedPods(old);
    await pods.create('web', {});
    // now and then it tries again, and then the status has the cause for a moment
    const { containers } = await eventually(async () => {
      const explanation = await explained('default/web', mirrors, 'app', old);
      return explanation.containers[0]?.reason === 'ImagePullBackOff' && explanation;
    }, 30_000);
    await old.stop();
    expect(containers).toMatchObject([{ reason: 'ImagePullBackOff', cause: 'unreachable', source: 'event' }]);
    // without kube-fledged a pod of ours pulls before the pod is changed
    expect(containers[0]?.fix?.cache).toMatchObject({ way: 'pull-pods', namespace: 'default', nodes: ['node-1'] });
  });

  it('may be that the node lacks its pause image, which no patch can change', async () => {
    const pause =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.8": ' +
      'failed to pull image "registry.k8s.io/pause:3.8": failed to pull and unpack image "registry.k8s.io/pause:3.8": ' +
      'failed to resolve reference "registry.k8s.io/pause:3.8": failed to do request: Head ' +
      '"https://registry.k8s.io/v2/pause/manifests/3.8": dial tcp 203.0.113.9:443: i/o timeout';
    await pods.pretend('boxless', { waiting: { reason: 'ContainerCreating' } }, [
      { reason: 'FailedCreatePodSandBox', message: pause },
    ]);
    const { containers, sandboxFailure } = await explained('default/boxless');
    expect(containers).toEqual([]);
    expect(sandboxFailure).toMatchObject({ sandbox: true, healable: 'no', message: pause });
    const { out } = await explain('default/boxless');
    expect(out).toMatch(/\n\nThe pod’s sandbox\n {2}cause /);
    expect(out).not.toMatch(/No container|patch/);
  });

  it('is no matter of images where the sandbox has no network', async () => {
    const network =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "abc": ' +
      'plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized';
    await pods.pretend('netless', { waiting: { reason: 'ContainerCreating' } }, [
      { reason: 'FailedCreatePodSandBox', message: network },
    ]);
    const explanation = await explained('default/netless');
    expect(explanation).toMatchObject({ containers: [] });
    expect(explanation).not.toHaveProperty('sandboxFailure');
  });
});

describe('rights', () => {
  it('that are missing are named with what they are for, and the patch is shown all the same', async () => {
    await pods.create('seen', {});
    await pods.waiting('seen', 'ImagePullBackOff');
    const { containers, missing } = await explained('default/seen', mirrors, 'viewer');
    expect(containers[0]?.fix?.patch).toContainEqual(expect.objectContaining({ op: 'replace', value: throughFirst }));
    expect(containers[0]?.fix?.cache).toMatchObject({ way: 'pull-pods', namespace: 'default' });
    expect(missing?.map(({ verb, resource, namespace }) => [verb, resource, namespace])).toEqual([
      ['create', 'pods', 'default'],
      ['create', 'imagecaches', 'kube-fledged'],
      ['patch', 'pods', 'default'],
      ['get', 'namespaces', 'default'],
    ]);
    const { out } = await explain('default/seen', mirrors, 'viewer');
    expect(out).toMatch(/\n {2}missing +patch pods in default\. Without it nothing can be healed\.\n/);
  });

  it('are used for reading only', () => {
    for (const user of ['app', 'viewer']) {
      const records = simulation.audit.of(user);
      expect(records.length).toBeGreaterThan(3);
      const writes = records.filter(
        ({ verb, resource }) => !/^(get|list)$/.test(verb) && !/^selfsubject/.test(resource),
      );
      expect(writes).toEqual([]);
    }
  });
});

describe('what cannot be explained is one sentence, exit 1 for what the cluster says and 2 for wrong usage', () => {
  const unreachable = JSON.stringify({
    'current-context': 'gone',
    clusters: [{ name: 'gone', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'gone', user: { token: 't' } }],
    contexts: [{ name: 'gone', context: { cluster: 'gone', user: 'gone' } }],
  });

  it.each<[string, number, () => readonly string[], RegExp]>([
    [
      'a pod that is not there',
      1,
      () => ['default/nowhere'],
      /^There is no pod default\/nowhere in the context app\.$/,
    ],
    ['a namespace that is not there', 1, () => ['nowhere/web'], /no pod nowhere\/web/],
    [
      'a server that cannot be reached',
      1,
      () => ['--kubeconfig', folder.write('gone.config', unreachable), '--context', 'gone', 'default/web'],
      /context gone at 127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/,
    ],
    ['a context that is not there', 2, () => ['--context', 'nope', 'default/web'], /no context "nope"; there are: app/],
    ['no pod', 2, () => [], /Which pod\? Name it as NAMESPACE\/POD/],
    ['a name without a namespace', 2, () => ['web'], /"web" is no pod; name it as NAMESPACE\/POD/],
    ['a path', 2, () => ['default/web/log'], /is no pod/],
    ['a name that leads elsewhere', 2, () => ['../nodes'], /is no pod/],
    ['two pods', 2, () => ['default/web', 'default/fine'], /One pod at a time/],
    ['a flag that is none', 2, () => ['--fix', 'default/web'], /--fix/],
  ])('%s', async (_what, exit, args, sentence) => {
    const config = folder.write('app.config', simulation.kubeconfigFor('app'));
    const { code, out, err } = await folder.run([
      'explain',
      ...(args().includes('--kubeconfig') ? [] : ['--kubeconfig', config]),
      ...args(),
    ]);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: exit, out: '', lines: 1 });
    expect(err.trim()).toMatch(sentence);
  });

  it('a user who may not list pods, in either language', async () => {
    const { code, out, err } = await explain('default/web', ['--lang', 'zh'], 'nobody');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^上下文 nobody 的集群拒绝了请求：403: pods is forbidden: .*\n$/);
  });
});
