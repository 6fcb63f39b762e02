import type { MirrorFieldName, MirrorKindId } from '../mirrors/mirrorKinds';
import type { Language } from './language';

/** The kinds of mirrors in words: what they are, what their fields ask for, and what can be wrong with these. */
export interface MirrorKindWords {
  /** `about` is one sentence. */
  readonly kinds: Readonly<Record<MirrorKindId, { readonly title: string; readonly about: string }>>;
  readonly fields: Readonly<Record<MirrorFieldName, string>>;
  readonly missing: (field: string) => string;
  readonly notARegistry: (text: string) => string;
  readonly notASource: (text: string) => string;
  readonly notAPath: (field: string, text: string) => string;
  /** Of a cache rule for one image. */
  readonly targetRenames: (image: string) => string;
  readonly upstreamIsMirror: (host: string) => string;
}

export const mirrorKindWords: Readonly<Record<Language, MirrorKindWords>> = {
  en: {
    kinds: {
      prefix: {
        title: 'One mirror for all registries',
        about:
          'The registry’s host stands in front of the path: DaoCloud’s m.daocloud.io, a crproxy or ocimirror of your own, or a registry:3 that caches one of these.',
      },
      'daocloud-hosts': {
        title: 'DaoCloud’s host table',
        about:
          'DaoCloud’s mirror has a host for each of eleven registries and leaves all others alone; DaoCloud itself advises to use m.daocloud.io instead.',
      },
      registry: {
        title: 'registry:3 as a pull-through cache',
        about: 'A Distribution registry whose proxy.remoteurl names the one registry that it caches.',
      },
      harbor: { title: 'Harbor proxy project', about: 'A project of Harbor that caches one registry.' },
      nexus: {
        title: 'Sonatype Nexus',
        about:
          'A Docker proxy repository; with a port or a subdomain of its own, put that into the host and leave the repository empty.',
      },
      artifactory: {
        title: 'JFrog Artifactory',
        about:
          'A remote Docker repository; with a subdomain or a port of its own, put that into the host and leave the repository empty.',
      },
      ecr: {
        title: 'Amazon ECR pull-through cache',
        about: 'A pull-through cache rule of a private registry, with the prefix that was given to the rule.',
      },
      acr: {
        title: 'Azure ACR artifact cache',
        about: 'A cache rule of a container registry, with the source and the target as they stand in the rule.',
      },
      gar: {
        title: 'Google Artifact Registry',
        about: 'A remote repository for Docker images, in a location and a project.',
      },
      gitlab: {
        title: 'GitLab dependency proxy',
        about: 'The dependency proxy of a GitLab group, for images of Docker Hub alone.',
      },
    },
    fields: {
      host: 'Host',
      upstream: 'Cached registry',
      project: 'Project',
      repository: 'Repository',
      prefix: 'Prefix',
      source: 'Source',
      target: 'Target',
      location: 'Location',
      group: 'Group',
    },
    missing: (field) => `${field}: this has to be filled in.`,
    notARegistry: (text) => `“${text}” is not a registry; write its host, such as docker.io or ghcr.io.`,
    notASource: (text) =>
      `“${text}” is not the source of a cache rule; write a registry with or without a path, such as docker.io/library/*.`,
    notAPath: (field, text) =>
      `${field}: “${text}” cannot be part of an image name, which has small letters, digits, and . _ - / between them.`,
    targetRenames: (image) => `A target for one image alone has to end with the image’s own name, ${image}.`,
    upstreamIsMirror: (host) => `“${host}” is the mirror itself; write the registry that it caches, such as docker.io.`,
  },
  zh: {
    kinds: {
      prefix: {
        title: '一个地址加速所有仓库',
        about:
          '把原仓库的主机名放在路径最前面：DaoCloud 的 m.daocloud.io、自建的 crproxy 或 ocimirror，或为它们做缓存的 registry:3。',
      },
      'daocloud-hosts': {
        title: 'DaoCloud 前缀替换表',
        about: 'DaoCloud 为十一个仓库各设一个主机名，其余仓库不受影响；DaoCloud 更推荐使用 m.daocloud.io。',
      },
      registry: {
        title: 'registry:3 拉取缓存',
        about: '一个 Distribution 仓库，由 proxy.remoteurl 指定它所缓存的唯一仓库。',
      },
      harbor: { title: 'Harbor 代理项目', about: 'Harbor 中缓存某一个仓库的代理项目。' },
      nexus: {
        title: 'Sonatype Nexus',
        about: 'Docker 代理仓库；若它有独立的端口或子域名，请写在主机名里，并将仓库名留空。',
      },
      artifactory: {
        title: 'JFrog Artifactory',
        about: 'Docker 远程仓库；若它有独立的子域名或端口，请写在主机名里，并将仓库名留空。',
      },
      ecr: {
        title: 'Amazon ECR 拉取缓存',
        about: '私有仓库的一条拉取缓存（pull-through cache）规则，以及该规则的前缀。',
      },
      acr: {
        title: 'Azure ACR 工件缓存',
        about: '容器注册表的一条缓存规则，来源和目标按规则中的写法填写。',
      },
      gar: { title: 'Google Artifact Registry', about: '某个区域、某个项目中的 Docker 远程仓库。' },
      gitlab: { title: 'GitLab 依赖代理', about: 'GitLab 群组的依赖代理，只用于 Docker Hub 的镜像。' },
    },
    fields: {
      host: '主机名',
      upstream: '所缓存的仓库',
      project: '项目',
      repository: '仓库名',
      prefix: '前缀',
      source: '来源',
      target: '目标',
      location: '区域',
      group: '群组',
    },
    missing: (field) => `请填写${field}。`,
    notARegistry: (text) => `“${text}”不是镜像仓库，请填写它的主机名，例如 docker.io 或 ghcr.io。`,
    notASource: (text) => `“${text}”不是缓存规则的来源，请填写仓库主机名，可带路径，例如 docker.io/library/*。`,
    notAPath: (field, text) =>
      `${field}“${text}”不能出现在镜像名称里，镜像名称只能用小写字母、数字，以及它们之间的 . _ - /。`,
    targetRenames: (image) => `只缓存一个镜像时，目标必须以该镜像的名称 ${image} 结尾。`,
    upstreamIsMirror: (host) => `“${host}”就是镜像加速本身，请填写它所缓存的仓库，例如 docker.io。`,
  },
};
