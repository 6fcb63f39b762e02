/** A number, given as its digits too, with the English word for one or for many. */
export const counted = (one: string, many: string) => (n: number, text: string) => `${text} ${n === 1 ? one : many}`;
