import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { BenchCluster } from './benchCluster';
import type { SimulatedNews, SimulatedTask } from './simulatedServer';

type Task = SimulatedTask extends infer T ? (T extends unknown ? Omit<T, 'id'> : never) : never;

/** The pods of a big cluster are all in its memory, in megabytes. */
const memory = 12_000;

/** The simulated API server in a process of its own. @param bundle of simulatedServer.ts */
export async function startSimulatedCluster(bundle: string): Promise<BenchCluster> {
  const child = fork(bundle, { execArgv: [`--max-old-space-size=${memory}`], stdio: ['ignore', 2, 2, 'ipc'] });
  const waiting = new Map<number, { readonly resolve: () => void; readonly reject: (error: Error) => void }>();
  let tasks = 0;
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [
    SimulatedNews | number | null,
  ];
  if (typeof first !== 'object' || first === null || first.is !== 'ready')
    throw new Error('the simulated API server has ended');
  child.on('message', (message) => {
    const news = message as SimulatedNews;
    if (news.is !== 'done') return;
    waiting.get(news.id)?.resolve();
    waiting.delete(news.id);
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error('the simulated API server has ended'));
  });
  const perform = (task: Task) =>
    new Promise<void>((resolve, reject) => {
      tasks += 1;
      waiting.set(tasks, { resolve, reject });
      child.send({ ...task, id: tasks });
    });
  return {
    name: 'the simulated API server',
    pid: child.pid ?? 0,
    access: first.access,
    write: (number, turn, condition) => perform({ do: 'write', number, turn, condition }),
    forget: () => perform({ do: 'forget' }),
    stop: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
