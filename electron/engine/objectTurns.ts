import { titleOf, type ObjectRef } from '../domain/kubeObject';

/**
 * Writes to one object, one after the other. A pull may be seen to have ended while the request that makes its object is
 * still on its way, where a killed run or another instance had made it already: taken away before it is made, it would stay.
 */
export class ObjectTurns {
  private readonly last = new Map<string, Promise<void>>();

  async take<T>(object: ObjectRef, write: () => Promise<T>): Promise<T> {
    const title = titleOf(object);
    const turn = (this.last.get(title) ?? Promise.resolve()).then(write);
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.last.set(title, over);
    try {
      return await turn;
    } finally {
      if (this.last.get(title) === over) this.last.delete(title);
    }
  }
}
