import { foldDomain, isPath } from '../image/imageReference';
import type { MirrorFieldName } from './mirrorKinds';
import { isHost, pastedHost } from './mirrors';
import type { Language } from '../words/language';
import { mirrorKindWords } from '../words/mirrorKinds';
import { mirrorRuleWords } from '../words/mirrorRules';

/** What Amazon ECR calls the prefix of a rule whose images stand under their own names. */
export const noEcrPrefix = 'ROOT';

/** A field without what stands around it when it comes out of a browser, a console or a configuration file. */
export function withoutExtras(name: MirrorFieldName, text: string): string {
  const bare = pastedHost(text);
  switch (name) {
    case 'host':
      return bare;
    case 'upstream':
      return foldDomain(bare.replace(/\/v[12]$/, ''));
    case 'location':
      return bare === '' || bare.includes('.') ? bare : `${bare}-docker.pkg.dev`;
    case 'source': {
      const [registry = '', ...path] = bare.replace(/\*+$/, '*').split('/');
      return [foldDomain(registry), ...path].join('/');
    }
    default: {
      const path = text.trim().replace(/^\/+|\/?\*+$|\/+$/g, '');
      // GitLab's names know no case, and a project of a domain is `example.com:name`.
      return name === 'group'
        ? path.toLowerCase()
        : name === 'project'
          ? path.replace(/^([^/:]+\.[^/:]+):/, '$1/')
          : path;
    }
  }
}

/** What is wrong with a field that is filled in, in one sentence, or null. */
export function fieldFlaw(name: MirrorFieldName, text: string, language: Language): string | null {
  const words = mirrorKindWords[language];
  switch (name) {
    case 'host':
    case 'location':
      return isHost(text) ? null : mirrorRuleWords[language].notAHost(text);
    case 'upstream':
      return isHost(text) ? null : words.notARegistry(text);
    case 'source': {
      const [registry = '', ...path] = text.replace(/\/\*$/, '').split('/');
      return isHost(registry) && (path.length === 0 || isPath(path.join('/'))) ? null : words.notASource(text);
    }
    default:
      return isPath(text) || (name === 'prefix' && text === noEcrPrefix)
        ? null
        : words.notAPath(words.fields[name], text);
  }
}
