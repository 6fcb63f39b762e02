/** Those who want to be told of something. */
export class Listeners<T> {
  private readonly all = new Set<(told: T) => void>();

  /** Until the returned function is called. */
  add(listener: (told: T) => void): () => void {
    this.all.add(listener);
    return () => {
      this.all.delete(listener);
    };
  }

  tell(news: T): void {
    for (const listener of this.all) listener(news);
  }
}
