/** One request: what came, what went, what it changed, and itself to run again. */
import { Button, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { formatDateTime } from '../kit/format.ts';
import { IdChip } from '../kit/id-chip.tsx';
import { TextLink } from '../kit/link-button.tsx';
import page from '../kit/page.module.css';
import { Empty, Loaded } from '../kit/states.tsx';
import { Conversations, formatMs, Stages, Status, Url } from './cells.tsx';
import { Changes, Parts } from './detail-tables.tsx';
import { callersOf, type Detail, detailQuery, exportQuery, type Message, namesQuery } from './log.ts';
import styles from './requests.module.css';

/** The screen at /requests/<id>. */
export function RequestDetail() {
  const id = String(useParams({ strict: false }).id ?? '');
  const detail = useQuery(detailQuery(id));
  return (
    <div className={page.page}>
      <p>
        <TextLink to="/requests">All requests</TextLink>
      </p>
      <Loaded query={detail} what="this request">
        {(data) => <Shown detail={data} />}
      </Loaded>
    </div>
  );
}

type View = 'request' | 'response' | 'parts' | 'changes' | 'curl' | 'test.ts';

function Shown({ detail }: { readonly detail: Detail }) {
  const { id, parts, changes } = detail;
  const [view, setView] = useState<View>('request');
  return (
    <>
      <h1 className={styles.heading}>
        {detail.method} <Url url={detail.url} />
      </h1>
      <Facts detail={detail} />
      <section className={page.card} aria-label="Request in detail">
        <TabList selectedValue={view} onTabSelect={(_, { value }) => setView(value as View)}>
          <Tab value="request">Request</Tab>
          <Tab value="response">Response</Tab>
          {parts !== null && <Tab value="parts">{`Parts (${parts.length})`}</Tab>}
          <Tab value="changes">{`Rows changed (${detail.rowsChanged})`}</Tab>
          <Tab value="curl">As curl</Tab>
          <Tab value="test.ts">As test</Tab>
        </TabList>
        <div className={styles.panel}>
          {view === 'request' && <Told what="request" message={detail.request} />}
          {view === 'response' && <Told what="response" message={detail.response} />}
          {view === 'parts' && <Parts parts={parts ?? []} />}
          {view === 'changes' && <Changes changes={changes} count={detail.rowsChanged} />}
          {(view === 'curl' || view === 'test.ts') && <Export key={view} id={id} form={view} />}
        </div>
      </section>
    </>
  );
}

function Facts({ detail }: { readonly detail: Detail }) {
  const { at, caller, durationMs, conversations } = detail;
  const names = useQuery(namesQuery(callersOf([detail]))).data;
  return (
    <dl className={styles.facts}>
      <div>
        <dt>Status</dt>
        <dd>
          <Status status={detail.status} />
        </dd>
      </div>
      <div>
        <dt>Time</dt>
        <dd title={at?.toISOString()}>{at === null ? '' : formatDateTime(at)}</dd>
      </div>
      <div>
        <dt>Caller</dt>
        <dd>{caller === null ? 'nobody' : (names?.get(caller) ?? caller)}</dd>
      </div>
      <div>
        <dt>Took</dt>
        <dd className={page.number}>{durationMs === null ? 'under way' : formatMs(durationMs)}</dd>
      </div>
      <div>
        <dt>By stage, in ms</dt>
        <dd>
          <Stages stages={detail.stages} />
        </dd>
      </div>
      <div>
        <dt>Statements</dt>
        <dd className={page.number}>{detail.statements}</dd>
      </div>
      <div>
        <dt>Request id</dt>
        <dd>
          <IdChip id={detail.id} />
        </dd>
      </div>
      {conversations.length > 0 && (
        <div>
          <dt>Conversation</dt>
          <dd>
            <Conversations ids={conversations} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Told({ what, message }: { readonly what: string; readonly message: Message }) {
  const { headers, body, bytes } = message;
  return (
    <>
      <dl className={page.facts} aria-label={`Headers of the ${what}`}>
        {headers.map(([name, value]) => [<dt key={`${name} name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
      {body === null ? (
        <p className={page.quiet}>
          {bytes === 0
            ? 'No body.'
            : `A body of ${bytes} bytes that was not kept: it is no text, holds secrets, or made room.`}
        </p>
      ) : (
        <pre className={styles.code}>{readable(body)}</pre>
      )}
    </>
  );
}

/** JSON by lines; anything else, also JSON that was cut off, as it came. */
function readable(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Export({ id, form }: { readonly id: string; readonly form: 'curl' | 'test.ts' }) {
  const written = useQuery(exportQuery(id, form));
  const [isCopied, setCopied] = useState(false);
  const copy = (text: string) => {
    navigator.clipboard.writeText(text).then(() => setCopied(true), reportError);
  };
  return (
    <Loaded query={written} what="the text">
      {(text) =>
        text === '' ? (
          <Empty>Nothing to copy.</Empty>
        ) : (
          <>
            <Button className={styles.copy ?? ''} size="small" onClick={() => copy(text)}>
              {isCopied ? 'Copied' : 'Copy'}
            </Button>
            <pre className={styles.code}>{text}</pre>
          </>
        )
      }
    </Loaded>
  );
}
