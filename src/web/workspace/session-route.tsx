import { Button, Tab, TabList } from '@fluentui/react-components';
import { PanelLeftRegular } from '@fluentui/react-icons/lib/atoms/svg/panel-left';
import { PinRegular } from '@fluentui/react-icons/lib/atoms/svg/pin';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { ConversationForm, type FormTab, isFormTab } from '../conversation/conversation-form.tsx';
import { conversationQuery, defaultTemplate, templateQuery } from '../conversation/queries.ts';
import type { Conversation } from '../conversation/rows.ts';
import { Loaded } from '../kit/states.tsx';
import { CommunicationPanel } from './communication-panel.tsx';
import { CustomerSummary } from './customer-summary.tsx';
import panel from './panel.module.css';
import styles from './session.module.css';

/** A workspace session: the tabs of one customer, the communication panel beside them. */
export function SessionRoute() {
  const { sessionId } = useParams({ from: '/shell/workspace/s/$sessionId' });
  const conversation = useQuery(conversationQuery(sessionId));
  return (
    <Loaded query={conversation} what="the conversation">
      {(row) => <WorkspaceSession key={row.id} conversation={row} />}
    </Loaded>
  );
}

function WorkspaceSession({ conversation }: { readonly conversation: Conversation }) {
  const { tab } = useSearch({ from: '/shell/workspace/s/$sessionId' });
  const navigate = useNavigate({ from: '/workspace/s/$sessionId' });
  const workstream = conversation.workstream?.id;
  const template = useQuery({ ...templateQuery(workstream ?? ''), enabled: workstream !== undefined });
  const { anchorTab, panelMode } = template.data ?? defaultTemplate;
  const [isPanelOpen, setPanelOpen] = useState<boolean | null>(null);
  const isOpen = isPanelOpen ?? panelMode === 'docked';
  const show = (next: string) =>
    void navigate({ search: next === 'summary' ? {} : { tab: next }, replace: true });
  return (
    <div className={styles.session}>
      <TabList
        className={styles.tabs}
        aria-label="Tabs of this session"
        selectedValue={isFormTab(tab) ? 'conversation' : 'summary'}
        onTabSelect={(_, { value }) => show(value === 'summary' ? 'summary' : 'details')}
      >
        <Tab value="summary" icon={<PinRegular />}>
          {anchorTab}
        </Tab>
        <Tab value="conversation">{conversation.subject}</Tab>
      </TabList>
      <div className={styles.body}>
        {isOpen ? (
          <CommunicationPanel conversation={conversation} onMinimise={() => setPanelOpen(false)} />
        ) : (
          <div className={panel.minimised}>
            <Button
              appearance="subtle"
              icon={<PanelLeftRegular />}
              aria-label="Open the communication panel"
              onClick={() => setPanelOpen(true)}
            />
          </div>
        )}
        <div className={styles.form}>
          {isFormTab(tab) ? (
            <ConversationForm conversation={conversation} tab={tab} onTab={(next: FormTab) => show(next)} />
          ) : (
            <CustomerSummary conversation={conversation} />
          )}
        </div>
      </div>
    </div>
  );
}
