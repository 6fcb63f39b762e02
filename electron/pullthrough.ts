#!/usr/bin/env node
import { homedir } from 'node:os';
import { version } from '../package.json';
import { Output } from './headless/output';
import { CommandFailed, UsageError, type Command, type Surroundings } from './headless/surroundings';

/** Each loaded when it is asked for: what talks to clusters takes longer to load than `rewrite` takes to answer. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./headless/run')).run,
  explain: async () => (await import('./headless/explain')).explainCommand,
  doctor: async () => (await import('./headless/doctor')).doctorCommand,
  rewrite: async () => (await import('./headless/rewrite')).rewriteCommand,
  diagnose: async () => (await import('./headless/diagnose')).diagnoseCommand,
  rules: async () => (await import('./headless/rules')).rulesCommand,
  cleanup: async () => (await import('./headless/cleanup')).cleanupCommand,
  rbac: async () => (await import('./headless/rbac')).rbacCommand,
  demo: async () => (await import('./headless/demoPage')).demo,
};

const usage = `Usage: pullthrough COMMAND [OPTION]...

On clusters
  run        watch for image pulls that fail, and heal them with --mode auto
  explain    say of one pod why its images are missing, and what a fix would do
  doctor     look over kube-fledged, rights, versions and leftovers, and fix what is wrong with --fix
  cleanup    remove what was made on a cluster and nobody needs any more

For clusters
  rbac       print the rights that a mode needs, for kubectl apply

On text
  rewrite    what the mirrors make of image references
  diagnose   name the cause in what a kubelet says
  rules      write mirror rules as a file, or its schema

  demo       show the window with simulated clusters on a page of this computer

pullthrough COMMAND --help tells what a command takes, pullthrough --version the version.
A flag with ... after its value may be given several times.
Exit code 0: done; 1: the input or the cluster did not let it; 2: it cannot be asked for like that.
`;

/** The command `pullthrough`: the engine, and its knowledge of images, without Electron. */
async function main([name, ...args]: readonly string[], surroundings: Surroundings): Promise<number> {
  const { output } = surroundings;
  switch (name) {
    case '--version':
      output.line(version);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      output.line(usage.trimEnd());
      return 0;
    case undefined:
      throw new UsageError('Which command? See pullthrough --help.');
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!load) throw new UsageError(`There is no command "${name}". See pullthrough --help.`);
  const command = await load();
  if (!args.includes('--help') && !args.includes('-h')) return command.perform(args, surroundings);
  output.line(command.usage().trimEnd());
  return 0;
}

async function start(): Promise<number> {
  const output = new Output(process.stdout);
  const errors = new Output(process.stderr);
  const surroundings: Surroundings = {
    environment: process.env,
    home: homedir(),
    input: process.stdin,
    output,
    err: (sentence) => {
      errors.line(sentence.replace(/\s+/g, ' ').trim());
    },
    askedToEnd: () =>
      new Promise((resolve) => {
        // a terminal tells every process of its group, and a launcher passes it on as well: the second is the same wish
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
      }),
  };
  let code: number;
  try {
    code = await main(process.argv.slice(2), surroundings);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof CommandFailed)) throw error;
    surroundings.err(error.message);
    code = error instanceof UsageError ? 2 : 1;
  }
  await output.flushed();
  if (output.problem === null) return code;
  surroundings.err(`The output cannot be written: ${output.problem}`);
  return 1;
}

void start().then((code) => {
  process.exit(code);
});
