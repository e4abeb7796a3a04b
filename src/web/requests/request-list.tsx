/** The last requests, for administrators: who asked what, what it cost, what it changed. Source: ui.md §7 (API log). */
import { Button, Field, Input, Switch } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { formatDateTime, formatTime } from '../kit/format.ts';
import { TextLink } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import { Empty, Failed, Loading } from '../kit/states.tsx';
import { Conversations, formatMs, Stages, Status, Url } from './cells.tsx';
import { type Filter, parseFilter } from './filter.ts';
import { callersOf, type Line, listQuery, namesQuery } from './log.ts';
import styles from './requests.module.css';

const followMs = 2000;

/** The screen at /requests. */
export function RequestList() {
  const filter = parseFilter(useSearch({ strict: false }));
  const [isFollowing, setFollowing] = useState(true);
  const pages = useInfiniteQuery({
    ...listQuery(filter),
    // Once a person has gone back in time nothing may move under their eyes.
    refetchInterval: ({ state }) => isFollowing && (state.data?.pages.length ?? 1) === 1 && followMs,
  });
  const lines = pages.data?.pages.flatMap((one) => one.lines) ?? [];
  return (
    <div className={page.page}>
      <header className={styles.head}>
        <div>
          <h1 className={page.title}>Requests</h1>
          <p className={page.quiet}>
            What the Web API and sign-in were asked since the server started, newest first.
          </p>
        </div>
        <Switch label="Follow" checked={isFollowing} onChange={(_, { checked }) => setFollowing(checked)} />
      </header>
      <FilterForm key={JSON.stringify(filter)} filter={filter} />
      <section className={page.card} aria-label="Requests">
        {pages.isPending && <Loading what="the requests" />}
        {pages.error !== null && (
          <Failed what="the requests" error={pages.error} onRetry={() => void pages.refetch()} />
        )}
        {pages.isSuccess && lines.length === 0 && (
          <Empty>No request fits. Those of the Web API and of sign-in are kept, up to 10,000.</Empty>
        )}
        {lines.length > 0 && <Table lines={lines} />}
        {pages.hasNextPage && (
          <Button
            className={styles.older ?? ''}
            disabled={pages.isFetchingNextPage}
            onClick={() => void pages.fetchNextPage()}
          >
            Older requests
          </Button>
        )}
      </section>
    </div>
  );
}

function FilterForm({ filter }: { readonly filter: Filter }) {
  const [status, setStatus] = useState(String(filter.status ?? ''));
  const [path, setPath] = useState(String(filter.path ?? ''));
  const navigate = useNavigate();
  const show = (next: Filter) => {
    navigate({ to: '/requests', search: next }).catch(reportError);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { caller } = filter;
    show(parseFilter({ status, path, caller }));
  };
  return (
    <form className={styles.filter} onSubmit={submit} aria-label="Filter requests">
      <Field label="Status">
        <Input
          className={styles.statusField ?? ''}
          value={status}
          placeholder="404 or 4xx"
          onChange={(_, { value }) => setStatus(value)}
        />
      </Field>
      <Field label="Path contains">
        <Input
          className={styles.pathField ?? ''}
          value={path}
          placeholder="contacts"
          onChange={(_, { value }) => setPath(value)}
        />
      </Field>
      <Button type="submit" appearance="primary">
        Filter
      </Button>
      {Object.keys(filter).length > 0 && <Button onClick={() => show({})}>Show all</Button>}
      {filter.caller !== undefined && <span className={page.quiet}>Of one caller only.</span>}
    </form>
  );
}

function Table({ lines }: { readonly lines: readonly Line[] }) {
  const names = useQuery(namesQuery(callersOf(lines))).data;
  return (
    <div className={page.scroll}>
      <table className={`${page.table} ${styles.table}`} aria-label="Requests, newest first">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Caller</th>
            <th scope="col">Method</th>
            <th scope="col">Path</th>
            <th scope="col">Status</th>
            <th scope="col">Took</th>
            <th scope="col">By stage, in ms</th>
            <th scope="col">SQL</th>
            <th scope="col">Rows changed</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Row key={line.id} line={line} name={names?.get(line.caller ?? '')} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ line, name }: { readonly line: Line; readonly name: string | undefined }) {
  const { id, at, caller, method, url, status, durationMs, stages, statements, rowsChanged } = line;
  return (
    <tr>
      <td className={page.number} title={at === null ? '' : `${formatDateTime(at)} · ${at.toISOString()}`}>
        {at === null ? '' : formatTime(at)}
      </td>
      <td title={caller ?? ''}>
        {caller === null ? (
          <span className={page.quiet}>nobody</span>
        ) : (
          <TextLink to="/requests" search={{ caller }} title="Only this caller">
            {name ?? caller}
          </TextLink>
        )}
      </td>
      <td>{method}</td>
      <td className={styles.url} title={url}>
        <TextLink to="/requests/$id" params={{ id }}>
          <Url url={url} />
        </TextLink>
      </td>
      <td>
        <Status status={status} />
      </td>
      <td className={page.number}>{durationMs === null ? '' : formatMs(durationMs)}</td>
      <td>
        <Stages stages={stages} />
      </td>
      <td className={styles.amount} title="statements">
        {statements}
      </td>
      <td className={page.number}>
        {rowsChanged === 0 ? '' : rowsChanged} <Conversations ids={line.conversations} />
      </td>
    </tr>
  );
}
