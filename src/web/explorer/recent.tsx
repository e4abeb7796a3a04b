/** The list from which a picture is chosen: the newest conversations, renewed as they change. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { formatDateTime } from '../kit/format.ts';
import { instant, label, lookup, text } from '../kit/record.ts';
import styles from './explorer.module.css';
import { readRecent } from './read-trace.ts';

/** Shows the newest 50 conversations. */
export function Recent() {
  const rows = useQuery({ queryKey: ['recent', 'explorer'], queryFn: readRecent });
  return (
    <div className={styles.list}>
      <h1 className={styles.heading}>Data-flow explorer</h1>
      <p className={styles.subject}>Choose a conversation to see every row it wrote, and why.</p>
      {rows.isPending && <p>Reading the recent conversations…</p>}
      {rows.isError && <p role="alert">{rows.error.message}</p>}
      {rows.data?.length === 0 && (
        <p>
          No conversations yet: <Link to="/demo">call the front desk</Link> and watch.
        </p>
      )}
      {rows.data !== undefined && rows.data.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Conversation</th>
              <th scope="col">State</th>
              <th scope="col">Queue</th>
              <th scope="col">Workstream</th>
              <th scope="col">Created</th>
            </tr>
          </thead>
          <tbody>
            {rows.data.map((row) => {
              const id = text(row, 'activityid') ?? '';
              const created = instant(row, 'createdon');
              return (
                <tr key={id}>
                  <td>
                    <Link to="/explorer/$conversationId" params={{ conversationId: id }}>
                      {text(row, 'subject') ?? id}
                    </Link>
                  </td>
                  <td>{label(row, 'statuscode')}</td>
                  <td>{lookup(row, 'msdyn_cdsqueueid')?.name}</td>
                  <td>{lookup(row, 'msdyn_liveworkstreamid')?.name}</td>
                  <td>{created === null ? '' : formatDateTime(created)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </div>
  );
}
