/** The number of letters to add, drop, change or swap to get from one word to the other. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const cell = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      let best = Math.min(
        cell(row - 1, column) + 1,
        cell(row, column - 1) + 1,
        cell(row - 1, column - 1) + (isSame ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, cell(row - 2, column - 2) + 1);
      }
      current.push(best);
    }
  }
  return cell(from.length, to.length);
}

const maxWordLength = 64;

/** The end of a sentence: `; did you mean "token"?` where a known word is near, else a full stop. */
export function didYouMean(word: string, known: readonly string[]): string {
  if (word.length > maxWordLength) return ".";
  const fold = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/gu, "");
  const folded = fold(word);
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(folded, fold(candidate)) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.min(3, Math.floor(fold(candidate).length / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  return best === undefined ? "." : `; did you mean "${best.candidate}"?`;
}
