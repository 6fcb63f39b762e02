import type { Clock, Cluster, ContextSource, PodEvent } from '../../../electron/engine/ports';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Clusters at the end of a slow link: every request and every answer takes its time, and so does the stream, in order. */
export function slowContexts(contexts: ContextSource, clock: Clock, ms: () => number): ContextSource {
  const pause = () => new Promise<void>((resolve) => clock.after(ms(), resolve));
  return {
    follow: (extra, listener) =>
      contexts.follow(extra, (reading) => {
        const handles = reading.contexts.map((handle) => ({
          ...handle,
          connect: () => slowCluster(handle.connect(), pause),
        }));
        listener({ ...reading, contexts: handles });
      }),
  };
}

function slowCluster(cluster: Cluster, pause: () => Promise<void>): Cluster {
  const watchPods: Cluster['watchPods'] = (namespaces, listener) => {
    let last = Promise.resolve();
    let isOver = false;
    const watch = cluster.watchPods(namespaces, (event: PodEvent) => {
      // each is under way for its own time, and none overtakes another
      last = Promise.all([last, pause()]).then(() => {
        if (!isOver) listener(event);
      });
    });
    return {
      resume: () => {
        watch.resume();
      },
      stop: () => {
        isOver = true;
        watch.stop();
      },
    };
  };
  return new Proxy(cluster, {
    get(target, name) {
      if (name === 'watchPods') return watchPods;
      if (name === 'close')
        return () => {
          target.close();
        };
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...of: unknown[]) => {
        await pause();
        const answer: unknown = await Reflect.apply(method, target, of);
        await pause();
        return answer;
      };
    },
  });
}
