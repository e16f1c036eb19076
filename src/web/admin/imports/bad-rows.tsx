/** The rows that an import did not take: line and reason, the first ones here, all of them as a file. */
import { Button } from '@fluentui/react-components';
import { Card } from '../../shared/card.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { downloadFile } from '../shared/download-file.ts';
import css from '../shared/form.module.css';
import table from '../shared/table.module.css';
import { type BadRow, badRowsFile } from './import-draft.ts';

const SHOWN_MAX = 50;

/** `total`: how many there are, also where not all of them were kept. */
export function BadRows({ rows, total }: { readonly rows: readonly BadRow[]; readonly total: number }) {
  if (rows.length === 0) return null;
  const shown = rows.slice(0, SHOWN_MAX);
  return (
    <Card title={`${sayNumber(total, 'row is', 'rows are')} not taken`}>
      <p>The others are. Mend these and import the file again: what is there already is not changed by it.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <section className={table.scroll} aria-label="Rows that are not taken" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col" className={table.number}>
                Line
              </th>
              <th scope="col">Column</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ line, column, reason }) => (
              <tr key={`${line} ${column}`}>
                <td className={table.number}>{sayCount(line)}</td>
                <td>{column ?? 'the row'}</td>
                <td>{reason}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className={css.actions}>
        <Button onClick={() => downloadFile('rows-not-taken.csv', badRowsFile(rows))}>
          Download all as CSV
        </Button>
        {total > shown.length && (
          <span>
            The first {shown.length} of {sayCount(total)} are shown.
          </span>
        )}
      </div>
    </Card>
  );
}
