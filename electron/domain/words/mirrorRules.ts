import type { Language } from './language';

/** What can be wrong with a mirror rule, one sentence each. */
export interface MirrorRuleWords {
  readonly notAHost: (text: string) => string;
  readonly matchIsNoRegistry: (match: string) => string;
  readonly templateHasScheme: string;
  readonly unknownToken: (token: string) => string;
  readonly templateNeedsHost: string;
  readonly templateNeedsName: string;
  readonly registriesWouldMix: string;
  readonly templateMakesNoName: string;
}

export const mirrorRuleWords: Readonly<Record<Language, MirrorRuleWords>> = {
  en: {
    notAHost: (text) =>
      text === ''
        ? 'Name the host of a mirror, such as m.daocloud.io or mirror.example.com:5000.'
        : `“${text}” is not the host of a mirror; write one such as m.daocloud.io or mirror.example.com:5000.`,
    matchIsNoRegistry: (match) =>
      `“${match}” matches no registry; write a host such as docker.io, *.gcr.io, ghcr.io/acme/* or * for all.`,
    templateHasScheme: 'A template is an image name, so it begins with the mirror’s host and not with https://.',
    unknownToken: (token) =>
      `“${token}” has no meaning in a template; there are {host}, {path}, {name}, {tag} and {digest}.`,
    templateNeedsHost: 'A template begins with the mirror’s host, a name with a dot or a port, such as m.daocloud.io/.',
    templateNeedsName: 'A template has to contain {path} or {name}, or every image would become the same one.',
    registriesWouldMix:
      'A rule for several registries has to contain {host}, or images of different registries would be mixed up.',
    templateMakesNoName: 'This template does not make a valid image name.',
  },
  zh: {
    notAHost: (text) =>
      text === ''
        ? '请填写镜像加速的主机名，例如 m.daocloud.io 或 mirror.example.com:5000。'
        : `“${text}”不是镜像加速的主机名，请填写形如 m.daocloud.io 或 mirror.example.com:5000 的地址。`,
    matchIsNoRegistry: (match) =>
      `“${match}”无法匹配任何仓库，请填写 docker.io、*.gcr.io、ghcr.io/acme/* 这样的主机名，或用 * 表示全部。`,
    templateHasScheme: '模板是镜像名称，应以镜像加速的主机名开头，不要带 https://。',
    unknownToken: (token) => `模板不认识“${token}”，可用的有 {host}、{path}、{name}、{tag} 和 {digest}。`,
    templateNeedsHost: '模板应以镜像加速的主机名开头，主机名须带点号或端口，例如 m.daocloud.io/。',
    templateNeedsName: '模板必须包含 {path} 或 {name}，否则所有镜像都会变成同一个。',
    registriesWouldMix: '匹配多个仓库的规则必须包含 {host}，否则不同仓库的镜像会混在一起。',
    templateMakesNoName: '这个模板生成不了合法的镜像名称。',
  },
};
