import type { PodSnapshot } from '../domain/podSnapshot';
import { defaultSettings } from '../domain/settings';
import { machineClock } from '../engine/machineClock';
import type { Cluster, ContextHandle } from '../engine/ports';
import { homesBefore, type KubeconfigPlaces } from '../kube/kubeconfig';
import { imageOf, languageOf, namespaceOf, readArguments } from './commandLine';
import { chooseContexts } from './contextChoice';
import { explainPod } from './explainPod';
import { explainWords, type ExplainWords } from './explainWords';
import { explanationText } from './explanationText';
import { mirrorChoice, mirrorHelp, mirrorOptions } from './mirrorOptions';
import { CommandFailed, UsageError, type Command } from './surroundings';

/** What Kubernetes takes for the name of a namespace or a pod. */
const objectName = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

export const explainCommand: Command = {
  usage: () => `Usage: pullthrough explain [OPTION]... NAMESPACE/POD

Says of one pod on a cluster why its containers wait for their images, and what a fix would do. Writes nothing. It needs
the right to list pods; what else it would need is named in the answer.

Cluster
  --kubeconfig FILE...       instead of KUBECONFIG or ~/.kube/config
  --context NAME             the current one when absent
  --fledged-namespace NS     of kube-fledged, where it is not found by itself
${mirrorHelp}
As with pullthrough run
  --retag                    a Job gives the image its own name on the node, where that is possible
  --retag-image IMAGE        that the Job runs (${defaultSettings.retagImage})
  --retag-namespace NS       of the Job (${defaultSettings.retagNamespace})
Answer
  --lang en|zh               of the sentences
  --json                     one object
`,
  async perform(args, { environment, home, output, err }) {
    const { values, tokens, positionals } = readArguments('explain', args, {
      kubeconfig: { type: 'string', multiple: true },
      context: { type: 'string' },
      'fledged-namespace': { type: 'string' },
      retag: { type: 'boolean' },
      'retag-image': { type: 'string' },
      'retag-namespace': { type: 'string' },
      ...mirrorOptions,
      lang: { type: 'string' },
      json: { type: 'boolean' },
    });
    const { namespace, name } = podOf(positionals);
    const language = languageOf(values.lang);
    const choice = mirrorChoice(tokens, values);
    const naming = {
      retagImage: imageOf('--retag-image', values['retag-image'] ?? defaultSettings.retagImage),
      retagNamespace: namespaceOf('--retag-namespace', values['retag-namespace'] ?? defaultSettings.retagNamespace),
    };
    const places: KubeconfigPlaces = {
      explicit: values.kubeconfig ?? [],
      environment: environment.KUBECONFIG,
      home,
      homesBefore: homesBefore(environment, process.platform),
    };
    const [handle] = chooseContexts(values.context === undefined ? [] : [values.context], places, err);
    if (!handle) return 0;
    const cluster = handle.connect();
    try {
      const pod = await readPod(cluster, handle, namespace, name, explainWords[language]);
      const explanation = await explainPod(cluster, pod, machineClock, {
        context: handle.name,
        ...choice,
        fledgedNamespace: values['fledged-namespace'] ?? '',
        retag: values.retag ?? false,
        ...naming,
        language,
      });
      output.line(values.json === true ? JSON.stringify(explanation) : explanationText(explanation, language));
    } finally {
      cluster.close();
    }
    return 0;
  },
};

function podOf([text, ...more]: readonly string[]): { readonly namespace: string; readonly name: string } {
  if (text === undefined) throw new UsageError('Which pod? Name it as NAMESPACE/POD. See pullthrough explain --help.');
  const [namespace = '', name = '', ...rest] = text.split('/');
  if (rest.length > 0 || !objectName.test(namespace) || !objectName.test(name))
    throw new UsageError(`"${text}" is no pod; name it as NAMESPACE/POD.`);
  if (more.length > 0) throw new UsageError('One pod at a time.');
  return { namespace, name };
}

/** Throws CommandFailed with what the cluster says. */
async function readPod(
  cluster: Cluster,
  handle: ContextHandle,
  namespace: string,
  name: string,
  words: ExplainWords,
): Promise<PodSnapshot> {
  const pod = await cluster.readPod(namespace, name);
  if (pod === null) throw new CommandFailed(words.notFound(`${namespace}/${name}`, handle.name));
  if (!('unanswered' in pod)) return pod;
  // an answer that is a refusal begins with its HTTP status
  if (/^\d{3}: /.test(pod.unanswered)) throw new CommandFailed(words.refuses(handle.name, pod.unanswered));
  throw new CommandFailed(words.silent(handle.name, handle.server, pod.unanswered));
}
