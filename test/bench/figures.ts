/** What one slice of work cost a server. */
export type Slice = { readonly cpuUs: number; readonly p50Ms: number; readonly p99Ms: number }

/** The value below which that share of the sorted values lies. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )

export function sliceOf(timesMs: readonly number[], cpuUs: number): Slice {
  const sorted = [...timesMs].sort((a, b) => a - b)
  return { cpuUs: cpuUs / timesMs.length, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) }
}

export const medianOf = (slices: readonly Slice[]): Slice => ({
  cpuUs: median(slices.map(slice => slice.cpuUs)),
  p50Ms: median(slices.map(slice => slice.p50Ms)),
  p99Ms: median(slices.map(slice => slice.p99Ms)),
})

/** Rows of cells as aligned columns: the first to the left, figures to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, at) => Math.max(known[at] ?? 0, cell.length)),
    [],
  )
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  return rows.map(row => `  ${line(row)}`.trimEnd()).join('\n')
}
