import type { AllowList } from '../mirrors/allowList';
import type { KubeObject } from '../kubeObject';
import type { ReadFailure } from '../readFailure';
import type { Right } from '../rights/rights';
import type { MirrorRule } from '../settings';
import type { Limit } from '../words/doctor';

/** What was read of a cluster, or why not. */
export type Read<T> = T | ReadFailure;

/** What one context's cluster said when it was examined. */
export interface DoctorFacts {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The namespace where kube-fledged is, or would be installed. */
  readonly home: string;
  /** As `kubectl version` shows it. */
  readonly serverVersion: Read<string>;
  readonly nodes: Read<readonly KubeObject[]>;
  /** The served versions of kube-fledged's API, and of OpenKruise's; none where it is not served. */
  readonly fledgedVersions: Read<readonly string[]>;
  /** Of the group that kube-fledged had before 0.8. */
  readonly olderVersions: Read<readonly string[]>;
  readonly kruiseVersions: Read<readonly string[]>;
  /** All Deployments and pods of `home`. */
  readonly deployments: Read<readonly KubeObject[]>;
  readonly pods: Read<readonly KubeObject[]>;
  readonly webhooks: Read<readonly KubeObject[]>;
  /** Behind the webhook; null where no webhook of kube-fledged names a Service. */
  readonly backend: WebhookBackend | null;
  /** ImageCaches, and the pods that kube-fledged pulls with; of all namespaces where these may be read. */
  readonly caches: Read<readonly KubeObject[]>;
  readonly pullPods: Read<readonly KubeObject[]>;
  /** What carries this product's label, besides ImageCaches: by kind. */
  readonly ours: readonly Read<readonly KubeObject[]>[];
  /** Of these kinds not all namespaces could be listed. */
  readonly limits: readonly (Limit & { readonly of: 'caches' | 'pullPods' | 'ours' })[];
  /** Of the manifests of an installation, those that are there: `titleOf` each. */
  readonly installed: ReadonlySet<string>;
  readonly rights: Read<{ readonly asked: readonly Right[]; readonly missing: readonly Right[] }>;
}

export interface WebhookBackend {
  /** `namespace/name`. */
  readonly title: string;
  readonly service: Read<KubeObject | null>;
  readonly pods: Read<readonly KubeObject[]>;
}

/** What a person has chosen, and what the app is doing. */
export interface DoctorChoices {
  readonly mirrors: readonly MirrorRule[];
  readonly noProxy: readonly string[];
  readonly allowList: AllowList | null;
  /** Whether retag is switched on. */
  readonly retag: boolean;
  /** Whether an object of this name is of some rescue, restore or retag that is under way. */
  readonly inUse: (name: string) => boolean;
}
