/** The side panel of one record: its fields, the exact request that reads it, and why the work was routed as it was. */
import { Button, Tab, TabList } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isRecord, type WebRecord } from '../kit/record.ts';
import styles from './panel.module.css';
import { readWhole } from './read-trace.ts';
import type { TraceNode } from './trace.ts';
import { Why } from './why.tsx';

type PanelTab = 'fields' | 'api' | 'why';

/** A value as the page writes it. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Columns with a value first, then how many are empty: 150 empty lines help nobody. */
function Fields({ record }: { readonly record: WebRecord }) {
  const columns = Object.keys(record).filter((name) => !name.includes('@') && !Array.isArray(record[name]));
  const filled = columns.filter((name) => record[name] !== null);
  return (
    <>
      <dl className={styles.columns}>
        {filled.map((name) => {
          const words = record[`${name}@OData.Community.Display.V1.FormattedValue`];
          return (
            <div key={name} className={styles.column}>
              <dt>{name}</dt>
              <dd>
                {shown(record[name])}
                {typeof words === 'string' && words !== shown(record[name]) && (
                  <span className={styles.words}>{words}</span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <p className={styles.hint}>{columns.length - filled.length} more columns are empty.</p>
    </>
  );
}

/** The record without annotations, as a client that asks for none gets it. */
function bare(record: WebRecord): WebRecord {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => !name.includes('@') || name.startsWith('@odata')),
  );
}

function WebApi({ node, record }: { readonly node: TraceNode; readonly record: WebRecord }) {
  const [copied, setCopied] = useState(false);
  const address = `/api/data/v9.2/${node.entitySet}(${node.id})`;
  const curl = `curl -H "Authorization: Bearer $TOKEN" '${location.origin}${address}'`;
  const copy = () => {
    navigator.clipboard.writeText(curl).then(() => setCopied(true), reportError);
  };
  return (
    <>
      <pre className={styles.code}>GET {address}</pre>
      <Button size="small" onClick={copy}>
        {copied ? 'Copied' : 'Copy as curl'}
      </Button>
      <pre className={styles.code}>{JSON.stringify(bare(record), null, 2)}</pre>
    </>
  );
}

/** Shows the record of a node; `conversation` is the id of the conversation the picture is about. */
export function Panel({ node, conversation }: { readonly node: TraceNode; readonly conversation: string }) {
  const [tab, setTab] = useState<PanelTab>('fields');
  const whole = useQuery({
    queryKey: ['conversation', conversation, 'record', node.table, node.id],
    queryFn: () => readWhole(node.entitySet, node.id),
    initialData: node.record,
    initialDataUpdatedAt: 0,
  });
  const record = isRecord(whole.data) ? whole.data : node.record;
  return (
    <aside className={styles.panel} aria-label={`${node.title}, ${node.table}`}>
      <h2 className={styles.heading}>{node.title}</h2>
      <p className={styles.table}>{node.table}</p>
      <TabList selectedValue={tab} onTabSelect={(_, { value }) => setTab(value as PanelTab)} size="small">
        <Tab value="fields">Fields</Tab>
        <Tab value="api">Web API</Tab>
        <Tab value="why">Why</Tab>
      </TabList>
      <div className={styles.content}>
        {tab === 'fields' && <Fields record={record} />}
        {tab === 'api' && <WebApi node={node} record={record} />}
        {tab === 'why' && <Why conversation={conversation} />}
      </div>
    </aside>
  );
}
