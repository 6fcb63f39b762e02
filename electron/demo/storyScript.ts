/** What happens in the demo, as data. Times are milliseconds from its start. */

export type DemoCluster = 'demo-production' | 'demo-staging';

/** Hosts of two mirrors that take the prefix form. */
export const mirrorOne = 'mirror-one.example';
export const mirrorTwo = 'mirror-two.example';

/** Repositories that the first mirror is not willing to serve. */
export const notOnMirrorOne: readonly string[] = ['metabase/metabase'];

/** Docker Hub's images of the story: in place, but out of reach. */
export const hubImages: readonly string[] = ['nginx:1.25', 'redis:7.2', 'node:20-slim', 'metabase/metabase:v0.50.4'];

/** Images that other registries serve without trouble. */
export const reachableImages: readonly string[] = [
  'ghcr.io/demo-shop/cart:2.3.1',
  'ghcr.io/demo-shop/search:1.8.0',
  'ghcr.io/demo-shop/checkout:2.4.0',
  'quay.io/demo-shop/metrics:0.9.2',
];

/** Images that every node of production has had for long. */
export const oldImages: readonly string[] = ['redis:7.2'];

export const demoNodes: Readonly<Record<DemoCluster, readonly string[]>> = {
  'demo-production': ['prod-a', 'prod-b', 'prod-c'],
  'demo-staging': ['staging-a', 'staging-b'],
};

export type StoryStep =
  | {
      readonly at: number;
      readonly cluster: DemoCluster;
      readonly is: 'deploy';
      readonly namespace: string;
      readonly name: string;
      readonly image: string;
      readonly replicas: number;
    }
  | {
      readonly at: number;
      readonly cluster: DemoCluster;
      readonly is: 'scale';
      readonly namespace: string;
      readonly name: string;
      readonly replicas: number;
    }
  /** Nodes drop the image where no container runs of it, as the kubelet does when its disk fills up. */
  | { readonly at: number; readonly cluster: DemoCluster; readonly is: 'collect-image'; readonly image: string }
  /** From now on Docker Hub can be reached for this repository. */
  | { readonly at: number; readonly cluster: DemoCluster; readonly is: 'reach'; readonly repository: string };

function deploy(
  at: number,
  cluster: DemoCluster,
  workload: string,
  image: string,
  replicas = 1,
): Extract<StoryStep, { is: 'deploy' }> {
  const [namespace = '', name = ''] = workload.split('/');
  return { at, cluster, is: 'deploy', namespace, name, image, replicas };
}

const production = 'demo-production';
const staging = 'demo-staging';

/** In the order of time. What stands at 0 is there when the demo opens. */
export const story: readonly StoryStep[] = [
  deploy(0, production, 'shop/cart', 'ghcr.io/demo-shop/cart:2.3.1', 2),
  deploy(0, production, 'shop/search', 'ghcr.io/demo-shop/search:1.8.0'),
  deploy(0, production, 'shop/sessions', 'redis:7.2'),
  deploy(0, production, 'monitoring/metrics', 'quay.io/demo-shop/metrics:0.9.2'),
  deploy(0, staging, 'preview/cart', 'ghcr.io/demo-shop/cart:2.3.1'),
  // Docker Hub is out of reach: heals with one click
  deploy(3_000, production, 'shop/web', 'nginx:1.25', 3),
  // the same in the cluster that heals by itself
  deploy(8_000, staging, 'preview/frontend', 'node:20-slim', 2),
  // a tag that does not exist: no mirror helps, and it says so
  deploy(15_000, production, 'shop/checkout', 'ghcr.io/demo-shop/checkout:2.4.O'),
  // the first mirror refuses this one, the second has it
  deploy(30_000, production, 'data/reports', 'metabase/metabase:v0.50.4'),
  // worked yesterday: the other nodes no longer have the image
  { at: 50_000, cluster: production, is: 'collect-image', image: 'redis:7.2' },
  { at: 50_500, cluster: production, is: 'scale', namespace: 'shop', name: 'sessions', replicas: 2 },
  // what was healed by itself can go back to its own name
  { at: 60_000, cluster: staging, is: 'reach', repository: 'library/node' },
];
