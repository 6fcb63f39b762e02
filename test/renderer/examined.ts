import type { Examination, Finding, PlannedWrite } from '../../electron/domain/doctor/examination';
import type { RetagDescription } from '../../electron/domain/retag/retagDescription';
import { causeTitle } from '../../electron/domain/words/causes';
import { doctorWords } from '../../electron/domain/words/doctor';
import type { Language } from '../../electron/domain/words/language';
import { minutes, now } from './stateParts';

/** What an engine may find, in both languages and in its own words. */
type InBoth<T> = { readonly en: T; readonly zh: T };

const inBoth = <T>(of: (language: Language) => T): InBoth<T> => ({ en: of('en'), zh: of('zh') });

const name = 'kube-fledged/kubefledged-controller';
const busybox = 'docker.io/senthilrch/busybox:1.35.0';
const mirrored = `m.daocloud.io/${busybox}`;
const service = 'kube-fledged/kubefledged-webhook-server';
const old = 'pullthrough-redis-c41e07';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kubefledged-controller
  namespace: kube-fledged
  resourceVersion: "48213"
spec:
  template:
    spec:
      containers:
        - name: controller
          image: m.daocloud.io/docker.io/senthilrch/kubefledged-controller:v0.10.0
          args:
            - --stderrthreshold=INFO
            - --image-pull-deadline-duration=5m
            - --image-cache-refresh-frequency=15m
          env:
            - name: BUSYBOX_IMAGE
              value: ${mirrored}
            - name: KUBEFLEDGED_CRI_CLIENT_IMAGE
              value: m.daocloud.io/docker.io/senthilrch/kubefledged-cri-client:v0.10.0
`;

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: kube-fledged
  labels:
    app: kubefledged
    kubefledged: kubefledged-controller
`;

const create = (object: string, body: string): PlannedWrite => ({ verb: 'create', object, body });

const installed: readonly PlannedWrite[] = [
  create(
    'CustomResourceDefinition imagecaches.kubefledged.io',
    'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n',
  ),
  create('Namespace kube-fledged', namespace),
  create('ServiceAccount kube-fledged/kubefledged-controller', 'apiVersion: v1\nkind: ServiceAccount\n'),
  create('ClusterRole kubefledged-controller', 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n'),
  create(
    'ClusterRoleBinding kubefledged-controller',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n',
  ),
  create('Deployment kube-fledged/kubefledged-controller', deployment),
  create('Deployment kube-fledged/kubefledged-webhook-server', deployment.replaceAll('controller', 'webhook-server')),
  create('Service kube-fledged/kubefledged-webhook-server', 'apiVersion: v1\nkind: Service\n'),
  create('ValidatingWebhookConfiguration kubefledged-webhook-server', 'apiVersion: admissionregistration.k8s.io/v1\n'),
];

const fine = (id: string, sentence: string): Finding => ({ id, level: 'ok', sentence, fix: null, command: '' });
const told = (id: string, sentence: string, command = ''): Finding => ({
  ...fine(id, sentence),
  level: 'warning',
  command,
});

const findings = (language: Language): readonly Finding[] => {
  const words = doctorWords[language];
  const because = causeTitle(language, 'unreachable', false);
  return [
    fine('crd', words.definitionServed(['v1alpha2'])),
    {
      id: `helper-image ${busybox}`,
      level: 'broken',
      sentence: words.helperHangs(busybox, 'cn-sh-02', because),
      fix: {
        id: 'helpers',
        sentence: words.helpersFix,
        writes: [{ verb: 'patch', object: `Deployment ${name}`, body: deployment }],
      },
      command: '',
    },
    {
      id: 'webhook',
      level: 'broken',
      sentence: words.webhookDown(service, true),
      fix: { id: 'install', sentence: words.installFix('kube-fledged', 'm.daocloud.io'), writes: installed },
      command: '',
    },
    {
      id: 'leftovers',
      level: 'warning',
      sentence: words.leftovers([`ImageCache kube-fledged/${old}`, `Pod cache/${old}`], []),
      fix: {
        id: 'clean',
        sentence: words.cleanFix(2),
        writes: [
          { verb: 'delete', object: `ImageCache kube-fledged/${old}`, body: '' },
          { verb: 'delete', object: `Pod cache/${old}`, body: '' },
        ],
      },
      command: '',
    },
    told('kubelet-names', words.namesRemembered(true)),
    told(
      'rights-fledged',
      words.rightsMissing('fledged', [
        { verbs: ['get'], resource: 'nodes', namespace: '' },
        { verbs: ['create', 'delete'], resource: 'imagecaches', namespace: 'kube-fledged' },
      ]),
      'pullthrough rbac --mode heal --with fledged --with doctor --user NAME | kubectl apply -f -',
    ),
    fine('controller', words.programRuns('controller', name)),
    fine('rights-watch', words.rightsThere('watch')),
    fine('rights-heal', words.rightsThere('heal')),
  ];
};

const helperIsThere = (language: Language) => doctorWords[language].helperPulled(mirrored, 'cn-sh-02');

export const troubled = inBoth((language): Examination => ({ at: now - 2 * minutes, findings: findings(language) }));

/** All is in order. */
export const healthy = inBoth((language): Examination => ({
  at: now,
  findings: [
    ...findings(language).filter(({ level }) => level === 'ok'),
    fine('helper-image', helperIsThere(language)),
    fine('leftovers', doctorWords[language].noLeftovers([])),
  ],
}));

/** The helper images were switched; the rest is as it was. */
export const afterFix = inBoth((language) => ({
  sentence: doctorWords[language].fixDone(1, 0),
  examination: {
    at: now,
    findings: findings(language).map((finding) =>
      finding.fix?.id === 'helpers' ? fine(finding.id, helperIsThere(language)) : finding,
    ),
  },
}));

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: pullthrough-retag-3f9ac1
  namespace: kube-system
spec:
  ttlSecondsAfterFinished: 60
  template:
    spec:
      nodeName: cn-sh-01
      hostNetwork: true
      restartPolicy: Never
      containers:
        - name: retag
          image: m.daocloud.io/docker.io/library/busybox:1.37.0
          command: [chroot, /host, ctr, -n, k8s.io, images, pull, m.daocloud.io/docker.io/library/nginx:1.27]
          volumeMounts:
            - { name: host, mountPath: /host }
      volumes:
        - { name: host, hostPath: { path: / } }
`;

const about = {
  image: 'm.daocloud.io/docker.io/library/busybox:1.37.0',
  bytes: 2_160_000,
  namespace: 'kube-system',
  job,
};

export const retagDescribed: InBoth<RetagDescription> = {
  en: {
    ...about,
    sentences: [
      'The Job runs as root on the node and sees all of its files (hostPath /).',
      'It uses the node’s own ctr, pulls one image, names it, and is gone a minute later.',
      'You may not create jobs in kube-system yet.',
    ],
  },
  zh: {
    ...about,
    sentences: [
      'Job 在节点上以 root 运行，能看到节点的全部文件（hostPath /）。',
      '它用节点自己的 ctr 拉取一个镜像并命名，一分钟后就会删除。',
      '你还没有在 kube-system 中创建 Job 的权限。',
    ],
  },
};
