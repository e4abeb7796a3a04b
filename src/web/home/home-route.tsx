import { useQuery } from '@tanstack/react-query';
import { ConversationTable } from '../conversation/conversation-table.tsx';
import { recentQuery, workQuery } from '../conversation/queries.ts';
import page from '../kit/page.module.css';
import { Empty, Loaded } from '../kit/states.tsx';
import { useLive } from '../shell/live-context.tsx';

/** Home: what is in my hands, and what happened lately. */
export function HomeRoute() {
  const { me } = useLive();
  const work = useQuery(workQuery(me.id));
  const recent = useQuery(recentQuery());
  return (
    <div className={page.page}>
      <h1 className={page.title}>Home</h1>
      <section className={page.card} aria-labelledby="my-work">
        <h2 id="my-work" className={page.cardTitle}>
          My work items
        </h2>
        <Loaded query={work} what="your work items">
          {(rows) =>
            rows.length === 0 ? (
              <Empty>
                <span>No open work. When you are Available, calls ring here.</span>
              </Empty>
            ) : (
              <ConversationTable conversations={rows} caption="My work items" target="session" />
            )
          }
        </Loaded>
      </section>
      <section className={page.card} aria-labelledby="recent">
        <h2 id="recent" className={page.cardTitle}>
          Recent conversations
        </h2>
        <Loaded query={recent} what="the recent conversations">
          {(rows) =>
            rows.length === 0 ? (
              <Empty>
                <span>No calls yet.</span>
                <a href="/demo" target="_blank" rel="noreferrer">
                  Call the demo line
                </a>
              </Empty>
            ) : (
              <ConversationTable conversations={rows} caption="Recent conversations" target="journey" />
            )
          }
        </Loaded>
      </section>
    </div>
  );
}
