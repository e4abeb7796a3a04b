/** "Why did this route here, and why not there?": each decision with its rules and candidates. Mission row B3. */
import { useQuery } from '@tanstack/react-query';
import type { CandidateTrace, RuleTrace } from '../../tables/why.ts';
import { formatTime } from '../kit/format.ts';
import styles from './panel.module.css';
import { readDecisions } from './read-trace.ts';
import { type Decision, decisionOf } from './why.ts';

const criteria: Readonly<Record<string, string>> = {
  signedIn: 'signed in',
  presence: 'presence',
  softphone: 'working phone',
  capacity: 'capacity',
  declines: 'declines',
};

function Rule({ rule }: { readonly rule: RuleTrace }) {
  return (
    <li className={styles.rule} data-status={rule.status}>
      <strong>
        {rule.order}. {rule.name}
      </strong>{' '}
      <span className={styles.status}>{rule.status}</span>
      {rule.comparisons.map((comparison) => (
        <div
          key={`${comparison.path}${comparison.operator}${comparison.expected.join()}`}
          className={styles.comparison}
        >
          {comparison.result ? '✓' : '✗'} {comparison.path} {comparison.operator}{' '}
          {comparison.expected.join(', ')}
          {' · was '}
          {comparison.actual.length === 0 ? 'empty' : comparison.actual.join(', ')}
        </div>
      ))}
      {rule.notes.map((note) => (
        <div key={note} className={styles.comparison}>
          {note}
        </div>
      ))}
    </li>
  );
}

function Candidate({ candidate }: { readonly candidate: CandidateTrace }) {
  return (
    <li
      className={styles.rule}
      data-status={candidate.outcome === 'Assigned' ? 'Applied' : candidate.outcome}
    >
      <strong>{candidate.name ?? candidate.agent}</strong>{' '}
      <span className={styles.status}>{candidate.outcome}</span>
      {candidate.failed === undefined ? (
        <div className={styles.comparison}>
          {candidate.rank !== undefined && `place ${candidate.rank} · `}
          {candidate.availableUnits} units free
          {candidate.lastReleasedOn !== null &&
            ` · last free since ${formatTime(new Date(candidate.lastReleasedOn))}`}
        </div>
      ) : (
        <div className={styles.comparison}>
          ✗ {criteria[candidate.failed.criterion] ?? candidate.failed.criterion}: needs{' '}
          {candidate.failed.required}, had {candidate.failed.actual}
        </div>
      )}
    </li>
  );
}

function DecisionCard({ decision }: { readonly decision: Decision }) {
  const at = formatTime(new Date(decision.at));
  if (decision.kind === 'queue') {
    const { output, rules, notes, variables } = decision;
    const applied = rules.find(({ id }) => id === output.rule)?.name ?? output.rule;
    return (
      <section className={styles.decision}>
        <h3>Queue: {output.queueName ?? output.queue ?? 'none'}</h3>
        <p className={styles.hint}>
          {at} · {output.fallbackReason ?? `rule “${applied ?? ''}”`}
        </p>
        <p className={styles.hint}>
          {Object.entries(variables)
            .map(([name, value]) => `${name} = ${value}`)
            .join(', ') || 'no context variables'}
        </p>
        <ol className={styles.rules}>
          {rules.map((rule) => (
            <Rule key={rule.id} rule={rule} />
          ))}
        </ol>
        {notes.map((note) => (
          <p key={note} className={styles.hint}>
            {note}
          </p>
        ))}
      </section>
    );
  }
  const { output, candidates, input } = decision;
  return (
    <section className={styles.decision}>
      <h3>{output.agent === null ? 'Nobody yet' : 'Agent chosen'}</h3>
      <p className={styles.hint}>
        {at} · {output.reason}
      </p>
      <p className={styles.hint}>
        {input.method ?? 'unknown method'} · needs {input.requiredUnits} units
      </p>
      <ul className={styles.rules}>
        {candidates.map((candidate) => (
          <Candidate key={candidate.agent} candidate={candidate} />
        ))}
      </ul>
    </section>
  );
}

/** All decisions of a conversation, oldest first. */
export function Why({ conversation }: { readonly conversation: string }) {
  const rows = useQuery({
    queryKey: ['conversation', conversation, 'decisions'],
    queryFn: () => readDecisions(conversation),
  });
  if (rows.isPending) return <p className={styles.hint}>Reading the decisions…</p>;
  if (rows.isError) return <p className={styles.hint}>{rows.error.message}</p>;
  const decisions = rows.data.flatMap((row) => decisionOf(row) ?? []);
  if (decisions.length === 0) {
    return <p className={styles.hint}>No routing decision yet: the call has not asked for a human.</p>;
  }
  return decisions.map((decision) => <DecisionCard key={decision.id} decision={decision} />);
}
