/** An explanation as text, for a terminal. Pure. */
import type {
  ExplainedCandidate,
  ExplainedRule,
  ExplainedStage,
  Explanation,
} from '../../tables/why-trace.ts';

/** The lines, joined: each stage with its rules, candidates and notes. */
export function inText({ Title, Stages }: Explanation): string {
  const lines = Stages.flatMap((one) => [
    `${timeOf(one)}  ${one.Stage.padEnd(14)} ${one.Summary}${one.Times > 1 ? ` (${one.Times} times)` : ''}`,
    ...(one.Inputs.length > 0
      ? [indent(one.Inputs.map(({ Name, Value }) => `${Name} = ${Value || '(empty)'}`).join(', '))]
      : []),
    ...one.Rules.flatMap(ruleLines),
    ...one.Candidates.map((candidate) => indent(candidateLine(candidate))),
    ...one.Notes.map((note) => indent(`note: ${note}`)),
  ]);
  return [Title ?? 'A conversation that is only supposed', ...lines].join('\n');
}

const indent = (text: string): string => `${' '.repeat(10)}${text}`;

const timeOf = ({ StartedOn }: ExplainedStage): string => (StartedOn ?? '').slice(11, 19).padEnd(8);

function ruleLines({ RuleSet, Order, Name, Status, Comparisons, Notes }: ExplainedRule): string[] {
  const of = RuleSet === null ? '' : ` of ${RuleSet}`;
  return [
    indent(`rule ${Order}. ${Name}${of}: ${Status}`),
    ...Comparisons.map(({ Path, Operator, Expected, Actual, Result }) =>
      indent(
        `  ${Result ? 'yes' : 'no '} ${Path} ${Operator} ${Expected.join(', ')}; was ${Actual.join(', ') || 'empty'}`,
      ),
    ),
    ...Notes.map((note) => indent(`  note: ${note}`)),
  ];
}

function candidateLine({
  Names,
  Count,
  Outcome,
  Rank,
  Criterion,
  Required,
  Actual,
}: ExplainedCandidate): string {
  const who = Names.join(', ') + (Count > Names.length ? ` and ${Count - Names.length} more` : '');
  if (Criterion !== null) return `${who}: ${Outcome}, ${Criterion}: needs ${Required}, has ${Actual}`;
  return `${who}: ${Outcome}${Rank === null ? '' : `, place ${Rank}`}`;
}
