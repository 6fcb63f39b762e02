/** A measured number, as a line that whoever collects figures can find. */
export function figure(name: string, value: number, unit: 'ms' | 'MB' | 'objects' | 'writes'): void {
  process.stdout.write(`figure: ${name} ${String(Math.round(value * 10) / 10)} ${unit}\n`);
}
