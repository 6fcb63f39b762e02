import { refOf, titleOf } from '../kubeObject';
import { isReadFailure } from '../readFailure';
import type { Right } from '../rights/rights';
import { doctorWords, type DoctorWords, type WayInstead } from '../words/doctor';
import type { Language } from '../words/language';
import { leftoversFinding, stuckFinding } from './caches';
import type { DoctorChoices, DoctorFacts } from './facts';
import { fledgedImages, throughMirror } from './fledgedImages';
import { found, type FixPlan, type Found } from './fixPlan';
import { fledgedWebhook } from './fledgedWebhook';
import { helperImageFindings } from './auxiliaryImages';
import { rescuePlan } from './imageRepair';
import { installation } from './installation';
import { followers } from './programHealth';
import { hasUsualName, programFinding, programOf, scalePlan, type Program, type ProgramFixes } from './programs';
import { rightsFindings } from './rightsFindings';
import { shellCommand } from './shellCommand';
import { versionFindings } from './versions';
import { webhookFinding } from './webhook';
import { isTrusted } from './webhookCertificate';

const wanted = 'v1alpha2';
const kubeFledged = 'kubefledged.io';
/** Before kube-fledged 0.8. */
const older = 'kubefledged.k8s.io';

/** Judges what was read of a cluster. Nothing here asks or writes anything. */
export function findingsOf(facts: DoctorFacts, choices: DoctorChoices, language: Language): readonly Found[] {
  const words = doctorWords[language];
  // a server that does not answer has nothing else to be told of
  if (isReadFailure(facts.serverVersion) && 'unanswered' in facts.serverVersion)
    return [found('api-server', 'broken', words.serverSilent(facts.serverVersion.unanswered))];
  return [
    ...versionFindings(facts, choices, words),
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
  const controller = programOf(facts, 'controller', choices.mirrors);
  const webhook = webhookProgram(facts, choices);
  const install = installPlan(facts, choices, controller, words);
  const { fledgedVersions } = facts;
  const definition = definitionFinding(facts, controller, install, words);
  const isServed = !isReadFailure(fledgedVersions) && fledgedVersions.length > 0;
  // what else is there of an older one is of no use here
  if ((!isServed && !controller) || servedOlder(facts).length > 0) return [definition];
  const programs = [controller, webhook].flatMap((program) => program ?? []);
  const fixes = { install, scale: scalePlan(programs, words), rescue: rescuePlan(programs, choices, words) };
  return [
    definition,
    controllerFinding(facts, controller, fixes, words, language),
    webhookFinding(facts, webhook, fixes, words, language),
    ...(controller ? helperImageFindings(facts, controller, choices, words, language) : []),
    stuckFinding(facts, controller, words),
  ];
}

/** While the API server does not trust it, the one that runs is of no use, and the one counts that is to follow it. */
function webhookProgram(facts: DoctorFacts, { mirrors }: DoctorChoices): Program | null {
  const program = programOf(facts, 'webhook', mirrors);
  const known = fledgedWebhook(facts.webhooks);
  if (!program || !known || isTrusted(known, facts.now)) return program;
  return { ...program, health: followers(program.deployment, facts.pods, mirrors) ?? program.health };
}

function definitionFinding(
  facts: DoctorFacts,
  controller: Program | null,
  install: FixPlan | null,
  words: DoctorWords,
): Found {
  const { fledgedVersions } = facts;
  if (isReadFailure(fledgedVersions)) return found('crd', 'warning', words.unread('fledged', fledgedVersions));
  if (fledgedVersions.includes(wanted)) return found('crd', 'ok', words.definitionServed(fledgedVersions));
  const [served] = servedOlder(facts);
  if (served !== undefined) {
    const [group = '', version = ''] = served.split('/');
    // what would have to be written anew
    const command = shellCommand('kubectl', 'get', `imagecaches.${version}.${group}`, '--all-namespaces');
    return found('crd', 'warning', words.definitionOld(servedOlder(facts), wayInstead(facts)), null, command);
  }
  if (controller) return found('crd', 'broken', words.definitionGone, install);
  return found('crd', 'warning', words.fledgedAbsent(wayInstead(facts)), install);
}

/** `group/version` of what only a kube-fledged serves that is older than this product can use; none beside one that it can. */
function servedOlder({ fledgedVersions, olderVersions }: DoctorFacts): readonly string[] {
  if (isReadFailure(fledgedVersions) || fledgedVersions.includes(wanted)) return [];
  const before = isReadFailure(olderVersions) ? [] : olderVersions;
  return [
    ...fledgedVersions.map((version) => `${kubeFledged}/${version}`),
    ...before.map((version) => `${older}/${version}`),
  ];
}

/** What there is besides kube-fledged, as far as this user may use it. */
function wayInstead({ kruiseVersions, rights }: DoctorFacts): WayInstead {
  const lacks = (purpose: Right['purpose']) =>
    !isReadFailure(rights) && rights.missing.some((right) => right.purpose === purpose);
  if (!isReadFailure(kruiseVersions) && kruiseVersions.length > 0 && !lacks('kruise-jobs')) return 'kruise';
  return lacks('pull-pods') ? 'none' : 'pull-pods';
}

function controllerFinding(
  facts: DoctorFacts,
  controller: Program | null,
  { install, ...fixes }: ProgramFixes & { readonly install: FixPlan | null },
  words: DoctorWords,
  language: Language,
): Found {
  if (isReadFailure(facts.deployments))
    return found('controller', 'warning', words.unread('deployments', facts.deployments));
  if (!controller) return found('controller', 'broken', words.controllerAbsent(facts.home), install);
  return programFinding(controller, true, fixes, words, language);
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
  if (servedOlder(facts).length > 0 || isReadFailure(facts.olderVersions)) return null;
  if (controller && !hasUsualName(controller)) return null;
  const whole = installation(facts.home, choices);
  const missing = whole.filter((object) => !facts.installed.has(titleOf(refOf(object))));
  if (missing.length === 0) return null;
  const host = throughMirror(fledgedImages.controller, choices)?.split('/')[0] ?? '';
  return {
    id: 'install',
    sentence:
      missing.length < whole.length
        ? words.completeFix(missing.map((object) => titleOf(refOf(object))))
        : words.installFix(facts.home, host),
    writes: missing.map((object) => ({ verb: 'create', object })),
  };
}

function kruiseFinding({ kruiseVersions }: DoctorFacts, words: DoctorWords): Found {
  if (isReadFailure(kruiseVersions)) return found('kruise', 'warning', words.unread('kruise', kruiseVersions));
  return found('kruise', 'ok', kruiseVersions.length > 0 ? words.kruiseServed(kruiseVersions) : words.kruiseAbsent);
}
