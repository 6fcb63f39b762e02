import { rightsFeatures, rightsModes, type Right } from '../rights/rights';
import { defaultSettings } from '../settings';
import { usualNamespace } from './installation';
import { shellCommand } from './shellCommand';

/** What somebody runs who may give rights, so that a user has all of these; only the user's name is left open. */
export function rbacCommand(asked: readonly Right[], home: string): string {
  const isAsked = (neededBy: string) => asked.some((right) => right.neededBy === neededBy);
  const mode = rightsModes.filter(isAsked).at(-1) ?? 'watch';
  const placesOf = (purpose: Right['purpose']) => [
    ...new Set(asked.flatMap((right) => (right.purpose === purpose && right.namespace !== '' ? right.namespace : []))),
  ];
  const [retag = defaultSettings.retagNamespace] = [...placesOf('retag-jobs'), ...placesOf('doctor-jobs')];
  const words = [
    ...['pullthrough', 'rbac', '--mode', mode],
    ...rightsFeatures.filter(isAsked).flatMap((feature) => ['--with', feature]),
    ...placesOf('see-pods').flatMap((namespace) => ['-n', namespace]),
    ...(home === usualNamespace ? [] : ['--fledged-namespace', home]),
    ...(retag === defaultSettings.retagNamespace ? [] : ['--retag-namespace', retag]),
    ...['--user', 'NAME'],
  ];
  return `${shellCommand(...words)} | kubectl apply -f -`;
}
