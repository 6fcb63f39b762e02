import { fixIds, type FixId } from '../domain/doctor/fixPlan';
import { defaultSettings } from '../domain/settings';
import type { Language } from '../domain/words/language';
import { ClusterWrites } from '../engine/clusterWrites';
import { Doctor, installationText } from '../engine/doctor/doctor';
import { machineClock } from '../engine/machineClock';
import type { ContextHandle } from '../engine/ports';
import { homesBefore } from '../kube/kubeconfig';
import { languageOf, readArguments, refuseWords } from './commandLine';
import { chooseContexts } from './contextChoice';
import { examinationText, examinationWords, fixText, reportText } from './examinationText';
import { mirrorChoice, mirrorHelp, mirrorOptions, type MirrorChoice } from './mirrorOptions';
import { UsageError, type Command, type Surroundings } from './surroundings';

interface DoctorOptions extends MirrorChoice {
  readonly namespaces: readonly string[];
  readonly fledgedNamespace: string;
  readonly fix: FixId | null;
  readonly print: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly language: Language;
}

export const doctorCommand: Command = {
  usage: () => `Usage: pullthrough doctor [OPTION]...

Looks over what a cluster has for pulling images ahead: kube-fledged and its images, the rights of this user, versions,
what is stuck or left over. Writes nothing without --fix and --yes. No app has to run.

Cluster
  --kubeconfig FILE...       instead of KUBECONFIG or ~/.kube/config
  --context NAME             the current one when absent
  -n, --namespace NS...      of the workloads, where rights are asked for; all when absent
  --fledged-namespace NS     of kube-fledged, where it is not found by itself
${mirrorHelp}
Fix
  --fix install              kube-fledged 0.10, with its images through the mirror
  --fix scale                one each of kube-fledged's programs that are scaled to 0
  --fix restart              of kube-fledged's webhook, which then makes its certificate
  --fix rescue               kube-fledged's own programs that cannot pull their images
  --fix helpers              other names for kube-fledged's helper images
  --fix release              ImageCaches that are stuck
  --fix clean                what Pullthrough has left over
  --yes                      writes what the fix shows; without it nothing is written
  --print                    only the objects, for kubectl apply; writes nothing
Answer
  --lang en|zh               of the sentences
  --json                     one object

Exit code 0: well, or with warnings; 1: something is broken, or a fix was refused; 2: it cannot be asked for like that,
or --fix waits for --yes.
`,
  async perform(args, surroundings) {
    const { values, tokens, positionals } = readArguments('doctor', args, {
      kubeconfig: { type: 'string', multiple: true },
      context: { type: 'string' },
      namespace: { type: 'string', multiple: true, short: 'n' },
      'fledged-namespace': { type: 'string' },
      ...mirrorOptions,
      fix: { type: 'string' },
      print: { type: 'boolean' },
      yes: { type: 'boolean' },
      lang: { type: 'string' },
      json: { type: 'boolean' },
    });
    refuseWords('doctor', positionals);
    const options: DoctorOptions = {
      ...mirrorChoice(tokens, values),
      namespaces: values.namespace ?? [],
      fledgedNamespace: values['fledged-namespace'] ?? '',
      fix: values.fix === undefined ? null : fixNamed(values.fix),
      print: values.print ?? false,
      yes: values.yes ?? false,
      json: values.json ?? false,
      language: languageOf(values.lang),
    };
    refuseContradictions(options);
    const { environment, home, output, err } = surroundings;
    if (options.print && options.fix === 'install') {
      // the whole installation: a person applies it somewhere, or keeps it
      output.line(installationText(options.fledgedNamespace, options).trimEnd());
      return 0;
    }
    const places = {
      explicit: values.kubeconfig ?? [],
      environment: environment.KUBECONFIG,
      home,
      homesBefore: homesBefore(environment, process.platform),
    };
    const [handle] = chooseContexts(values.context === undefined ? [] : [values.context], places, err);
    if (!handle) return 0;
    return examined(handle, options, surroundings);
  },
};

async function examined(handle: ContextHandle, options: DoctorOptions, surroundings: Surroundings): Promise<number> {
  const { output, err } = surroundings;
  const { language, json } = options;
  const cluster = handle.connect();
  try {
    const doctor = new Doctor({
      cluster,
      // each write is told by the report of the fix
      writes: new ClusterWrites(cluster, () => undefined, false, machineClock),
      clock: machineClock,
      question: () => ({
        fledgedNamespace: options.fledgedNamespace,
        retagNamespace: defaultSettings.retagNamespace,
        namespaces: options.namespaces,
        ownNamespaces: [handle.namespace],
        prepull: false,
      }),
      // what another run uses is told by its age alone
      choices: () => ({ ...options, retag: false, inUse: () => false }),
    });
    const examination = await doctor.examine(language);
    const isBroken = examination.findings.some(({ level }) => level === 'broken');
    if (options.fix === null) {
      if (json) output.line(JSON.stringify({ context: handle.name, ...examination }));
      else output.line(examinationText(examination, handle.name, handle.server, language));
      return isBroken ? 1 : 0;
    }
    const fix = examination.findings.find((finding) => finding.fix?.id === options.fix)?.fix;
    if (!fix) {
      for (const { level, sentence } of examination.findings) if (level !== 'ok') err(sentence);
      err(examinationWords[language].nothingToDo(options.fix));
      return isBroken ? 1 : 0;
    }
    if (!json) output.line(fixText(fix));
    if (options.print) return 0;
    if (!options.yes) {
      if (json) output.line(JSON.stringify({ context: handle.name, fix }));
      err(examinationWords[language].notWritten);
      return 2;
    }
    const report = await doctor.applyFix(fix.id, language);
    if (!report) throw new Error(`the plan of the fix ${fix.id} is gone`);
    output.line(json ? JSON.stringify({ context: handle.name, fix, ...report }) : reportText(report, language));
    return report.done ? 0 : 1;
  } finally {
    cluster.close();
  }
}

function fixNamed(text: string): FixId {
  const fix = fixIds.find((id) => id === text);
  if (!fix) throw new UsageError(`There is no fix "${text}"; there are: ${fixIds.join(', ')}.`);
  return fix;
}

function refuseContradictions({ fix, print, yes, json }: DoctorOptions): void {
  if (fix === null && (print || yes)) throw new UsageError(`--${print ? 'print' : 'yes'} needs --fix.`);
  if (print && yes) throw new UsageError('--print writes nothing, so it does not go with --yes.');
  if (print && json) throw new UsageError('--print answers in YAML, so it does not go with --json.');
}
