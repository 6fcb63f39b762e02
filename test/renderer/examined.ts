import type { Examination, Fix, PlannedWrite } from '../../electron/domain/doctor/examination';
import type { RetagDescription } from '../../electron/domain/retag/retagDescription';
import { minutes, now } from './stateParts';

/** What an engine may find, in both languages; sentences are its, so these only have their length and tone. */
type InBoth<T> = { readonly en: T; readonly zh: T };

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: kubefledged-controller
  namespace: kube-fledged
spec:
  template:
    spec:
      containers:
        - name: controller
          args:
            - --stderrthreshold=INFO
            - --image-pull-deadline-duration=5m
            - --image-cache-refresh-frequency=15m
            - --busybox-image=m.daocloud.io/docker.io/senthilrch/busybox:1.35.0
            - --cri-client-image=m.daocloud.io/docker.io/senthilrch/kubefledged-cri-client:v0.10.0
`;

const namespace = `apiVersion: v1
kind: Namespace
metadata:
  name: kube-fledged
  labels:
    app.kubernetes.io/managed-by: pullthrough
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

const helperFix = (sentence: string): Fix => ({
  id: 'switch-helper-images',
  sentence,
  writes: [
    {
      verb: 'patch',
      object: 'Deployment kube-fledged/kubefledged-controller',
      body: deployment,
    },
  ],
});

const releaseFix = (sentence: string): Fix => ({
  id: 'release redis',
  sentence,
  writes: [
    { verb: 'delete', object: 'ImageCache kube-fledged/pullthrough-redis-c41e07', body: '' },
    {
      verb: 'patch',
      object: 'Pod cache/redis-master-0',
      body: 'metadata:\n  annotations:\n    pullthrough.dev/original-images: null\n',
    },
  ],
});

const installFix = (sentence: string): Fix => ({ id: 'install', sentence, writes: installed });

export const troubled: InBoth<Examination> = {
  en: {
    at: now - 2 * minutes,
    findings: [
      { id: 'crd', level: 'ok', sentence: 'ImageCaches are served, as v1alpha2 and v1alpha1.', fix: null, command: '' },
      {
        id: 'helper-image docker.io/senthilrch/busybox:1.35.0',
        level: 'broken',
        sentence:
          'The helper image docker.io/senthilrch/busybox:1.35.0 cannot be pulled on cn-sh-02: every pull job waits for it.',
        fix: helperFix('Let the controller use the helper images through m.daocloud.io.'),
        command: '',
      },
      {
        id: 'webhook',
        level: 'broken',
        sentence: 'The webhook has no running pod, so ImageCaches are refused.',
        fix: installFix('Install kube-fledged 0.10 in the namespace kube-fledged, all images through m.daocloud.io.'),
        command: '',
      },
      {
        id: 'leftover kube-fledged/pullthrough-redis-c41e07',
        level: 'warning',
        sentence: 'The ImageCache pullthrough-redis-c41e07 has been in Processing for 26 minutes.',
        fix: releaseFix('Release it: take it away, and make it anew when it is needed.'),
        command: '',
      },
      {
        id: 'server',
        level: 'warning',
        sentence: 'Kubernetes 1.35.4: a retag only helps with bytes that kubelet did not pull itself.',
        fix: null,
        command: '',
      },
      {
        id: 'controller',
        level: 'ok',
        sentence: 'The controller runs, one of one pods is ready.',
        fix: null,
        command: '',
      },
      { id: 'rights watch', level: 'ok', sentence: 'You may do all that watching needs.', fix: null, command: '' },
      { id: 'rights heal', level: 'ok', sentence: 'You may do all that healing needs.', fix: null, command: '' },
    ],
  },
  zh: {
    at: now - 2 * minutes,
    findings: [
      { id: 'crd', level: 'ok', sentence: '集群提供 ImageCache，版本 v1alpha2 和 v1alpha1。', fix: null, command: '' },
      {
        id: 'helper-image docker.io/senthilrch/busybox:1.35.0',
        level: 'broken',
        sentence: '辅助镜像 docker.io/senthilrch/busybox:1.35.0 在 cn-sh-02 上拉不到，所有拉取任务都在等它。',
        fix: helperFix('让控制器经由 m.daocloud.io 使用辅助镜像。'),
        command: '',
      },
      {
        id: 'webhook',
        level: 'broken',
        sentence: 'webhook 没有运行中的容器组，ImageCache 会被拒绝。',
        fix: installFix('把 kube-fledged 0.10 安装到命名空间 kube-fledged，所有镜像经由 m.daocloud.io。'),
        command: '',
      },
      {
        id: 'leftover kube-fledged/pullthrough-redis-c41e07',
        level: 'warning',
        sentence: 'ImageCache pullthrough-redis-c41e07 已停在 Processing 26 分钟。',
        fix: releaseFix('释放它：先删除，需要时再重新创建。'),
        command: '',
      },
      {
        id: 'server',
        level: 'warning',
        sentence: 'Kubernetes 1.35.4：恢复原名只对 kubelet 没有自己拉过的内容有效。',
        fix: null,
        command: '',
      },
      { id: 'controller', level: 'ok', sentence: '控制器在运行，1/1 个容器组就绪。', fix: null, command: '' },
      { id: 'rights watch', level: 'ok', sentence: '你有监视所需的全部权限。', fix: null, command: '' },
      { id: 'rights heal', level: 'ok', sentence: '你有修复所需的全部权限。', fix: null, command: '' },
    ],
  },
};

const mended = ({ findings }: Examination, sentences: readonly string[]): Examination => ({
  at: now,
  findings: findings
    .filter(({ level }) => level === 'ok')
    .concat(
      sentences.map((sentence, index) => ({
        id: `mended ${String(index)}`,
        level: 'ok',
        sentence,
        fix: null,
        command: '',
      })),
    ),
});

/** All is in order. */
export const healthy: InBoth<Examination> = {
  en: mended(troubled.en, ['The helper images can be pulled on all nodes.', 'Nothing of ours is left over.']),
  zh: mended(troubled.zh, ['所有节点都能拉取辅助镜像。', '没有遗留的对象。']),
};

/** The helper images were switched; the rest is as it was. */
const helped = ({ findings }: Examination, sentence: string): Examination => ({
  at: now,
  findings: findings.map((finding) =>
    finding.fix?.id === 'switch-helper-images'
      ? { ...finding, level: 'ok', sentence, fix: null, command: '' }
      : finding,
  ),
});
export const afterFix: InBoth<{ readonly sentence: string; readonly examination: Examination }> = {
  en: {
    sentence: 'The controller now uses the helper images through m.daocloud.io.',
    examination: helped(troubled.en, 'The helper images can be pulled on all nodes.'),
  },
  zh: {
    sentence: '控制器现在经由 m.daocloud.io 使用辅助镜像。',
    examination: helped(troubled.zh, '所有节点都能拉取辅助镜像。'),
  },
};

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
