/** "Why did this route here, and why not there?": every stage with its rules and candidates. Mission row B3. */
import { useQuery } from '@tanstack/react-query';
import type { ExplainedCandidate, ExplainedRule, ExplainedStage } from '../../tables/why-trace.ts';
import { formatTime } from '../kit/format.ts';
import styles from './panel.module.css';
import { criteria, readStages, titles } from './why.ts';

function Rule({ rule }: { readonly rule: ExplainedRule }) {
  return (
    <li className={styles.rule} data-status={rule.Status}>
      <strong>
        {rule.Order}. {rule.Name}
      </strong>{' '}
      <span className={styles.status}>{rule.Status}</span>
      {rule.Comparisons.map(({ Path, Operator, Expected, Actual, Result }) => (
        <div key={`${Path}${Operator}${Expected.join()}`} className={styles.comparison}>
          {Result ? '✓' : '✗'} {Path} {Operator} {Expected.join(', ')}
          {' · was '}
          {Actual.length === 0 ? 'empty' : Actual.join(', ')}
        </div>
      ))}
      {rule.Notes.map((note) => (
        <div key={note} className={styles.comparison}>
          {note}
        </div>
      ))}
    </li>
  );
}

function Candidate({ candidate }: { readonly candidate: ExplainedCandidate }) {
  const { Names, Count, Outcome, Rank, Criterion, Required, Actual } = candidate;
  return (
    <li className={styles.rule} data-status={Outcome === 'Assigned' ? 'Applied' : Outcome}>
      <strong>
        {Names.join(', ')}
        {Count > Names.length && ` and ${Count - Names.length} more`}
      </strong>{' '}
      <span className={styles.status}>{Outcome}</span>
      <div className={styles.comparison}>
        {Criterion === null
          ? Rank !== null && `place ${Rank}`
          : `✗ ${criteria[Criterion] ?? Criterion}: needs ${Required}, had ${Actual}`}
      </div>
    </li>
  );
}

function Stage({ stage }: { readonly stage: ExplainedStage }) {
  const { StartedOn, Times, Summary, Inputs, Rules, Candidates, Notes } = stage;
  return (
    <section className={styles.decision}>
      <h3>
        {titles[stage.Stage]}: {Summary}
      </h3>
      <p className={styles.hint}>
        {StartedOn !== null && formatTime(new Date(StartedOn))}
        {Times > 1 && ` · ${Times} tries alike`}
      </p>
      {Inputs.length > 0 && (
        <p className={styles.hint}>{Inputs.map(({ Name, Value }) => `${Name} = ${Value}`).join(', ')}</p>
      )}
      <ol className={styles.rules}>
        {Rules.map((rule) => (
          <Rule key={`${rule.RuleSet}${rule.Order}`} rule={rule} />
        ))}
      </ol>
      <ul className={styles.rules}>
        {Candidates.map((candidate) => (
          <Candidate key={candidate.AgentId ?? candidate.Names.join()} candidate={candidate} />
        ))}
      </ul>
      {Notes.map((note) => (
        <p key={note} className={styles.hint}>
          {note}
        </p>
      ))}
    </section>
  );
}

/** All stages of a conversation, oldest first. */
export function Why({ conversation }: { readonly conversation: string }) {
  const stages = useQuery({
    queryKey: ['conversation', conversation, 'why'],
    queryFn: () => readStages(conversation),
  });
  if (stages.isPending) return <p className={styles.hint}>Reading why…</p>;
  if (stages.isError) return <p className={styles.hint}>{stages.error.message}</p>;
  return stages.data.map((stage) => (
    <Stage key={`${stage.Stage}${stage.StartedOn}${stage.Summary}`} stage={stage} />
  ));
}
