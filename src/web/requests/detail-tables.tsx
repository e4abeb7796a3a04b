/** The tables of a request's own screen: the requests inside a batch, and the rows that changed. */
import { IdChip } from '../kit/id-chip.tsx';
import page from '../kit/page.module.css';
import type { WebRecord } from '../kit/record.ts';
import { Conversations, Status, Url } from './cells.tsx';
import type { Part, RowChange } from './log.ts';
import styles from './requests.module.css';

/** The requests of a batch, in order. */
export function Parts({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <div className={page.scroll}>
      <table className={page.table} aria-label="Requests of the batch">
        <thead>
          <tr>
            <th scope="col">Method</th>
            <th scope="col">Path</th>
            <th scope="col">Status</th>
            <th scope="col">Change set</th>
          </tr>
        </thead>
        <tbody>
          {parts.map(({ method, url, status, changeSet }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a batch may hold the same request twice, and never changes
            <tr key={index}>
              <td>{method}</td>
              <td>
                <Url url={url} />
              </td>
              <td>{status === null ? 'not answered' : <Status status={status} />}</td>
              <td>{changeSet ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The rows that changed, in the order of the change log. `count`: how many there were. */
export function Changes({
  changes,
  count,
}: {
  readonly changes: readonly RowChange[];
  readonly count: number;
}) {
  if (count === 0) return <p className={page.quiet}>This request changed no row.</p>;
  return (
    <>
      {changes.length < count && <p className={page.quiet}>{`The first ${changes.length} of ${count}.`}</p>}
      <div className={page.scroll}>
        <table className={page.table} aria-label="Rows changed">
          <thead>
            <tr>
              <th scope="col">No</th>
              <th scope="col">Change</th>
              <th scope="col">Table</th>
              <th scope="col">Row</th>
              <th scope="col">Columns</th>
              <th scope="col">Data flow</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ seq, operation, table, id, conversation, before, after }) => (
              <tr key={seq}>
                <td className={page.number}>{seq}</td>
                <td>{operation}</td>
                <td>{table}</td>
                <td>
                  <IdChip id={id} />
                </td>
                <td className={styles.url}>
                  <Columns before={before} after={after} />
                </td>
                <td>{conversation !== null && <Conversations ids={[conversation]} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Columns({ before, after }: { readonly before: WebRecord; readonly after: WebRecord }) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const written = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));
  return (
    <details>
      <summary>{`${names.length} ${names.length === 1 ? 'column' : 'columns'}`}</summary>
      <pre className={styles.code}>
        {names.map((name) => `${name}: ${written(before[name])} → ${written(after[name])}`).join('\n')}
      </pre>
    </details>
  );
}
