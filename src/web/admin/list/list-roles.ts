/**
 * The roles of the parts of a list's table, written out: where it is narrow the parts are laid out as cards, and browsers forget what a cell is whose `display` is no
 * cell's.
 */
const role = <Name extends string>(name: Name) => ({ role: name });

export const roles = {
  grid: role('grid'),
  gridOfMany: { ...role('grid'), 'aria-multiselectable': true },
  group: role('rowgroup'),
  row: role('row'),
  columnHead: role('columnheader'),
  rowHead: role('rowheader'),
  cell: role('gridcell'),
} as const;
