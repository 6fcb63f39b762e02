import { refOf, titleOf } from '../kubeObject';
import { isReadFailure } from '../readFailure';
import { doctorWords, type DoctorWords } from '../words/doctor';
import type { Language } from '../words/language';
import { leftoversFinding, stuckFinding } from './caches';
import type { DoctorChoices, DoctorFacts } from './facts';
import { fledgedImages, throughMirror } from './fledgedImages';
import { found, type FixPlan, type Found } from './fixPlan';
import { helperImageFindings } from './auxiliaryImages';
import { rescuePlan } from './imageRepair';
import { installation } from './installation';
import { programFinding, programOf, type Program } from './programs';
import { rightsFindings } from './rightsFindings';
import { versionFindings } from './versions';
import { webhookFinding } from './webhook';

const wanted = 'v1alpha2';

/** Judges what was read of a cluster. Nothing here asks or writes anything. */
export function findingsOf(facts: DoctorFacts, choices: DoctorChoices, language: Language): readonly Found[] {
  const words = doctorWords[language];
  const versions = versionFindings(facts, choices, words);
  // a server that does not answer has nothing else to be told of
  if (isReadFailure(facts.serverVersion) && 'unanswered' in facts.serverVersion) return versions;
  return [
    ...versions,
    ...fledgedFindings(facts, choices, words, language),
    kruiseFinding(facts, words),
    ...rightsFindings(facts, words),
    leftoversFinding(facts, choices, words),
  ];
}

function fledgedFindings(
  facts: DoctorFacts,
  choices: DoctorChoices,
  words: DoctorWords,
  language: Language,
): readonly Found[] {
  const controller = programOf(facts, 'kubefledged-controller', choices.mirrors);
  const webhook = programOf(facts, 'kubefledged-webhook-server', choices.mirrors);
  const install = installPlan(facts, choices, controller, words);
  const { fledgedVersions } = facts;
  const definition = definitionFinding(facts, controller, install, words);
  const isServed = !isReadFailure(fledgedVersions) && fledgedVersions.length > 0;
  if (!isServed && !controller) return [definition];
  const programs = [controller, webhook].flatMap((program) => program ?? []);
  const rescue = rescuePlan(programs, choices, words);
  return [
    definition,
    controllerFinding(facts, controller, { install, rescue }, words, language),
    webhookFinding(facts, webhook, { install, rescue }, words, language),
    ...(controller ? helperImageFindings(facts, controller, choices, words, language) : []),
    stuckFinding(facts, controller, words),
  ];
}

function definitionFinding(
  { fledgedVersions }: DoctorFacts,
  controller: Program | null,
  install: FixPlan | null,
  words: DoctorWords,
): Found {
  if (isReadFailure(fledgedVersions)) return found('crd', 'warning', words.unread('fledged', fledgedVersions));
  if (fledgedVersions.includes(wanted)) return found('crd', 'ok', words.definitionServed(fledgedVersions));
  if (fledgedVersions.length > 0) return found('crd', 'warning', words.definitionOld(fledgedVersions, wanted));
  if (controller) return found('crd', 'broken', words.definitionGone, install);
  return found('crd', 'warning', words.fledgedAbsent, install);
}

function controllerFinding(
  facts: DoctorFacts,
  controller: Program | null,
  { install, rescue }: { readonly install: FixPlan | null; readonly rescue: FixPlan | null },
  words: DoctorWords,
  language: Language,
): Found {
  if (isReadFailure(facts.deployments))
    return found('controller', 'warning', words.unread('deployments', facts.deployments));
  if (!controller) return found('controller', 'broken', words.controllerAbsent(facts.home), install);
  return programFinding('controller', controller, 'broken', rescue, words, language);
}

/**
 * What of an installation is not there. None is offered where another version's type is served, beside a kube-fledged
 * that is there under other names, or where it could not be seen what is there.
 */
function installPlan(
  facts: DoctorFacts,
  choices: DoctorChoices,
  controller: Program | null,
  words: DoctorWords,
): FixPlan | null {
  const { fledgedVersions, deployments } = facts;
  if (isReadFailure(fledgedVersions) || isReadFailure(deployments)) return null;
  if (fledgedVersions.length > 0 && !fledgedVersions.includes(wanted)) return null;
  if (controller && controller.object.metadata.name !== 'kubefledged-controller') return null;
  const missing = installation(facts.home, choices).filter((object) => !facts.installed.has(titleOf(refOf(object))));
  if (missing.length === 0) return null;
  const host = throughMirror(fledgedImages.controller, choices)?.split('/')[0] ?? '';
  return {
    id: 'install',
    sentence: words.installFix(facts.home, host),
    writes: missing.map((object) => ({ verb: 'create', object })),
  };
}

function kruiseFinding({ kruiseVersions }: DoctorFacts, words: DoctorWords): Found {
  if (isReadFailure(kruiseVersions)) return found('kruise', 'warning', words.unread('kruise', kruiseVersions));
  return found('kruise', 'ok', kruiseVersions.length > 0 ? words.kruiseServed(kruiseVersions) : words.kruiseAbsent);
}
