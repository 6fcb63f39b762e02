const key = String.raw`(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?`;
const value = String.raw`(?:[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?`;
const requirement = new RegExp(
  String.raw`^(?:!\s*${key}|${key}(?:\s*(?:=|==|!=)\s*${value}|\s+(?:in|notin)\s*\(\s*${value}(?:\s*,\s*${value})*\s*\))?)$`,
);

/**
 * The first requirement of a label selector that Kubernetes would not take, or null (grammar: the API reference's
 * "Labels and Selectors"). An empty selector is fine and selects everything.
 */
export function selectorFault(selector: string): string | null {
  // Commas inside of brackets part values, not requirements.
  const requirements = selector.trim() === '' ? [] : selector.split(/,(?![^(]*\))/).map((part) => part.trim());
  return requirements.find((part) => !requirement.test(part)) ?? null;
}
