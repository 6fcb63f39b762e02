import { titleOf, type ObjectRef } from '../domain/kubeObject';

/**
 * Writes to one object, and what reads it, one after the other. A pull may be seen to have ended while the request that
 * makes its object is still on its way, where a killed run or another instance had made it already: taken away before it
 * is made, it would stay; and read before it is made, where the server is slow, it would be taken for gone.
 */
export class ObjectTurns {
  private readonly last = new Map<string, Promise<void>>();

  async take<T>(object: ObjectRef, turn: () => Promise<T>): Promise<T> {
    const title = titleOf(object);
    const taken = (this.last.get(title) ?? Promise.resolve()).then(turn);
    const over = taken.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(title, over);
    try {
      return await taken;
    } finally {
      if (this.last.get(title) === over) this.last.delete(title);
    }
  }
}
