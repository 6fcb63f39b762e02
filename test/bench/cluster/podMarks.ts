import { createHash } from 'node:crypto';

/**
 * What differs from pod to pod. Each is as long in every pod, so that a pod is made by writing over the bytes of another
 * one, in whatever format it is stored.
 */
export interface PodMarks {
  readonly number: string;
  /** Some pods that follow each other are of one workload. */
  readonly workload: string;
  readonly namespace: string;
  readonly node: string;
  readonly uid: string;
  readonly ownerUid: string;
  readonly appContainer: string;
  readonly proxyContainer: string;
  readonly sandbox: string;
  /** Of the workload's settings. */
  readonly checksum: string;
  /** Of the workload's image. */
  readonly imageDigest: string;
  readonly podIp: string;
  /** An annotation that a change sets: the highest turn is the newest. */
  readonly turn: string;
}

/** Those of the pod that all others are made from; none of them occurs in a pod by chance. */
export const templateMarks = {
  number: 'q777777',
  workload: 'w77777',
  namespace: 'bench-77',
  node: 'node-77',
  ownerUid: '77777777-0000-4000-8000-777777777777',
  appContainer: '7a'.repeat(32),
  proxyContainer: '7b'.repeat(32),
  sandbox: '7c'.repeat(32),
  checksum: '7d'.repeat(32),
  imageDigest: '7e'.repeat(32),
  podIp: '10.177.177.177',
  turn: 'turn-77777777',
} as const satisfies Omit<PodMarks, 'uid'>;

/** With this many, those of a hundred that fail are in all of them. */
const namespaceCount = 21;
const nodeCount = 50;

const podsOfWorkload = 7;

/** The namespaces that the pods are spread over. */
export const namespaces: readonly string[] = Array.from({ length: namespaceCount }, (_, number) =>
  namespaceNamed(number),
);

/** The marks of the pod with this number. @param turn of how many changes it is the last; 0 = never changed */
export function podMarks(number: number, turn = 0): PodMarks {
  const workload = Math.floor(number / podsOfWorkload);
  return {
    number: numberMark(number),
    workload: `w${padded(workload, 5)}`,
    namespace: namespaceNamed(workload % namespaceCount),
    node: `node-${padded(number % nodeCount, 2)}`,
    uid: uuid(digest(`pod ${number}`)),
    ownerUid: uuid(digest(`workload ${workload}`)),
    appContainer: digest(`app ${number}`),
    proxyContainer: digest(`proxy ${number}`),
    sandbox: digest(`sandbox ${number}`),
    checksum: digest(`settings ${workload}`),
    imageDigest: digest(`image ${workload}`),
    podIp: `10.${[number / 10_000, number / 100, number].map((part) => 100 + (Math.floor(part) % 100)).join('.')}`,
    turn: `turn-${padded(turn, 8)}`,
  };
}

/** A text that stands in the bytes of this pod and of no other. */
function numberMark(number: number): string {
  return `q${padded(number, 6)}`;
}

/** The number of the pod whose name this is, or null. */
export function numberIn(name: string): number | null {
  const digits = /-q(\d{6})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

export function podName({ workload, number }: Pick<PodMarks, 'workload' | 'number'>): string {
  return `service-${workload}-6c8f7d5b9d-${number}`;
}

function namespaceNamed(number: number): string {
  return `bench-${padded(number, 2)}`;
}

/** As random as ids are in life, where they are most of what does not compress. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, '0');
}
