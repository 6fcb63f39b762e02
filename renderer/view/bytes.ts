const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** A size as people read it, in decimal units as registries count: "28 MB", "1.2 GB". */
export function formatBytes(locale: string, bytes: number): string {
  const steps = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** steps;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[steps] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && steps > 1 ? 1 : 0,
  }).format(value);
}

/** "42%", of what was measured. */
export function formatPercent(locale: string, percent: number): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(percent / 100);
}
