/** The data-flow explorer: recent conversations, and the picture of one, drawn as its rows are written. */
import { Switch, Tab, TabList } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { WebApiError } from '../kit/web-api.ts';
import { openPush } from '../push/push-stream.ts';
import { accessToken } from '../sign-in/session.ts';
import styles from './explorer.module.css';
import { Panel } from './panel.tsx';
import { Picture } from './picture.tsx';
import { readTrace } from './read-trace.ts';
import { Recent } from './recent.tsx';
import { buildTrace, inView, type Trace, type View } from './trace.ts';

const freshMs = 1500;
const gatherMs = 25;

/** Marks the conversation's reads stale as its changes arrive; gives the keys of the records written just now. */
function useLive(id: string): ReadonlySet<string> {
  const cache = useQueryClient();
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());
  useEffect(() => {
    let gathering: ReturnType<typeof setTimeout> | undefined;
    const pending = timers.current;
    const reread = () => {
      gathering = undefined;
      cache.invalidateQueries({ queryKey: ['conversation', id] }).catch(reportError);
    };
    const stream = openPush({
      topics: `conversation:${id}`,
      token: accessToken,
      onEvent: ({ table, id: row }) => {
        gathering ??= setTimeout(reread, gatherMs);
        const key = `${table}:${row}`;
        setFresh((known) => new Set(known).add(key));
        const timer = setTimeout(() => {
          pending.delete(timer);
          setFresh((known) => new Set([...known].filter((other) => other !== key)));
        }, freshMs);
        pending.add(timer);
      },
      onLive: reread,
    });
    return () => {
      stream.close();
      clearTimeout(gathering);
      for (const timer of pending) clearTimeout(timer);
    };
  }, [cache, id]);
  return fresh;
}

function Trouble({ error }: { readonly error: Error }) {
  const isAbsent = error instanceof WebApiError && error.status === 404;
  return (
    <div className={styles.empty} role="alert">
      <h2>{isAbsent ? 'There is no such conversation' : 'The picture could not be drawn'}</h2>
      <p>{error.message}</p>
      {error instanceof WebApiError && error.code !== '' && (
        <p>
          {error.code}
          {error.requestId !== null && ` · request ${error.requestId}`}
        </p>
      )}
    </div>
  );
}

const viewOf = (value: unknown): View => (value === 'front' || value === 'back' ? value : 'both');

interface HeadProps {
  readonly id: string;
  readonly trace: Trace | null;
  readonly view: View;
  readonly logicalNames: boolean;
  readonly onView: (view: View) => void;
  readonly onLogicalNames: (on: boolean) => void;
}

function Head({ id, trace, view, logicalNames, onView, onLogicalNames }: HeadProps) {
  const subject = trace?.nodes.find(({ kind }) => kind === 'conversation')?.record.subject;
  return (
    <header className={styles.head}>
      <div className={styles.naming}>
        <h1 className={styles.heading}>Data-flow explorer</h1>
        <p className={styles.subject}>
          {typeof subject === 'string' ? `${subject} · ` : ''}
          <code>{id}</code>
        </p>
      </div>
      <TabList selectedValue={view} onTabSelect={(_, { value }) => onView(viewOf(value))}>
        <Tab value="front">Front end</Tab>
        <Tab value="back">Back end</Tab>
        <Tab value="both">Both</Tab>
      </TabList>
      <Switch
        className={styles.names ?? ''}
        label="Logical names"
        checked={logicalNames}
        onChange={(_, { checked }) => onLogicalNames(checked)}
      />
    </header>
  );
}

function Conversation({ id }: { readonly id: string }) {
  const search = useSearch({ strict: false }) as { readonly view?: unknown; readonly sel?: unknown };
  const navigate = useNavigate();
  const [logicalNames, setLogicalNames] = useState(false);
  const fresh = useLive(id);
  const rows = useQuery({ queryKey: ['conversation', id, 'trace'], queryFn: () => readTrace(id), retry: 1 });
  const view = viewOf(search.view);
  const whole = rows.data === undefined ? null : buildTrace(rows.data);
  const trace = whole === null ? null : inView(whole, view);
  const selected = typeof search.sel === 'string' ? search.sel : null;
  const chosen = trace?.nodes.find(({ key }) => key === selected) ?? null;
  // What is selected stands in the address, so that a link shows a colleague the same.
  const go = (next: { view?: View; sel?: string | null }) => {
    const sel = next.sel === undefined ? selected : next.sel;
    const to = `/explorer/${id}?view=${next.view ?? view}${sel === null ? '' : `&sel=${encodeURIComponent(sel)}`}`;
    navigate({ to, replace: true }).catch(reportError);
  };
  return (
    <div className={styles.page}>
      <Head
        id={id}
        trace={whole}
        view={view}
        logicalNames={logicalNames}
        onView={(next) => go({ view: next })}
        onLogicalNames={setLogicalNames}
      />
      <div className={styles.body}>
        {rows.isError && trace === null && <Trouble error={rows.error} />}
        {rows.isPending && <p className={styles.empty}>Reading the rows of this conversation…</p>}
        {trace !== null && (
          <Picture
            trace={trace}
            logicalNames={logicalNames}
            selected={chosen?.key ?? null}
            fresh={fresh}
            onSelect={(sel) => go({ sel })}
          />
        )}
        {chosen !== null && <Panel key={chosen.key} node={chosen} conversation={id} />}
      </div>
    </div>
  );
}

/** `/explorer` and `/explorer/$conversationId`. */
export function ExplorerRoute() {
  const { conversationId } = useParams({ strict: false }) as { readonly conversationId?: string };
  return conversationId === undefined ? (
    <Recent />
  ) : (
    <Conversation key={conversationId} id={conversationId} />
  );
}
