/** What came of a write, as the machines of the domain need it; see WriteOutcome in engine/ports. */
export type WriteResult =
  | { readonly is: 'done' | 'gone' | 'conflict' }
  | { readonly is: 'denied'; readonly verb: string; readonly resource: string; readonly namespace: string }
  | { readonly is: 'rejected' | 'unavailable'; readonly detail: string };
