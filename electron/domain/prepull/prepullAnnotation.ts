import { annotations } from '../podSnapshot';

/** Says of an object what it is there for, to whoever finds it. `nodes`: by the names that the object itself uses. */
export function pullsAnnotation(image: string, nodes: readonly string[]): Readonly<Record<string, string>> {
  return { [annotations.pulls]: JSON.stringify({ image, nodes, madeBy: 'Pullthrough' }) };
}
