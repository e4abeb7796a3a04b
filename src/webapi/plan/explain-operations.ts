/** Functions that say why, and the product's questions about availability: what each takes and gives. The functions are
 *  ours. Source: mission row B3; behaviour.md §4.11, §4.12; actions.json. */

type Declared = Readonly<Record<string, string>>;

/** The answer of wirechief_ExplainConversation and wirechief_ExplainRouting. */
export const explanation: Declared = {
  ConversationId: 'Edm.Guid',
  Title: 'Edm.String',
  QueueId: 'Edm.Guid',
  AgentId: 'Edm.Guid',
  Stages: 'Collection(mscrm.wirechief_ExplainedStage)!',
};

/** The answer of wirechief_ExplainAgent. */
export const explainAgent: Declared = {
  AgentId: 'Edm.Guid!',
  Name: 'Edm.String',
  QueueId: 'Edm.Guid',
  Outcome: 'Edm.String!',
  Criteria: 'Collection(mscrm.wirechief_ExplainedCriterion)!',
  Tries: 'Collection(mscrm.wirechief_ExplainedTry)!',
};

/** The parameters of wirechief_ExplainRouting. `Variables`: a JSON object of context variables as text. */
export const supposition: Declared = {
  Number: 'Edm.String',
  WorkstreamId: 'Edm.Guid',
  Caller: 'Edm.String',
  Variables: 'Edm.String',
  At: 'Edm.DateTimeOffset',
};

/** What both questions about availability answer. */
export const availability: Declared = {
  QueueId: 'Edm.String',
  IsQueueAvailable: 'Edm.Boolean',
  StartTimeOfNextOperatingHour: 'Edm.DateTimeOffset',
  EndTimeOfNextOperatingHour: 'Edm.DateTimeOffset',
  NextTransitionTime: 'Edm.DateTimeOffset',
  PositionInQueue: 'Edm.Int32',
  IsAgentAvailable: 'Edm.Boolean',
  AverageWaitTime: 'Edm.Int32',
  AverageWaitTimeInSeconds: 'Edm.Int32',
  NumberOfExpertsAvailableInQueue: 'Edm.Int32',
};

/** The parameters of each question about availability. */
export const availabilityParameters: Readonly<Record<string, Declared>> = {
  CCaaS_GetRepresentativeAvailabilityBeforeConversation: {
    ApiVersion: 'Edm.String!',
    LiveWorkStreamId: 'Edm.String!',
    CustomContextItems: 'Edm.String',
    ChannelEngagementContext: 'Edm.String',
  },
  CCaaS_GetRepresentativeAvailabilityForConversation: {
    ApiVersion: 'Edm.String!',
    ConversationId: 'Edm.String!',
    CustomContextItems: 'Edm.String',
  },
};

/** The complex types of the answers, as the CSDL declares them: src/tables/why-trace.ts. */
export const explainTypes: Readonly<Record<string, Declared>> = {
  wirechief_NamedValue: { Name: 'Edm.String', Value: 'Edm.String' },
  wirechief_ExplainedComparison: {
    Path: 'Edm.String',
    Operator: 'Edm.String',
    Expected: 'Collection(Edm.String)',
    Actual: 'Collection(Edm.String)',
    Result: 'Edm.Boolean',
  },
  wirechief_ExplainedRule: {
    RuleSet: 'Edm.String',
    Order: 'Edm.Int32',
    Name: 'Edm.String',
    Status: 'Edm.String',
    QueueId: 'Edm.Guid',
    Comparisons: 'Collection(mscrm.wirechief_ExplainedComparison)',
    Notes: 'Collection(Edm.String)',
  },
  wirechief_ExplainedCandidate: {
    AgentId: 'Edm.Guid',
    Names: 'Collection(Edm.String)',
    Count: 'Edm.Int32',
    Outcome: 'Edm.String',
    Rank: 'Edm.Int32',
    Criterion: 'Edm.String',
    Required: 'Edm.String',
    Actual: 'Edm.String',
  },
  wirechief_ExplainedStage: {
    Stage: 'Edm.String',
    StartedOn: 'Edm.DateTimeOffset',
    CompletedOn: 'Edm.DateTimeOffset',
    Times: 'Edm.Int32',
    Summary: 'Edm.String',
    Inputs: 'Collection(mscrm.wirechief_NamedValue)',
    Rules: 'Collection(mscrm.wirechief_ExplainedRule)',
    Candidates: 'Collection(mscrm.wirechief_ExplainedCandidate)',
    Notes: 'Collection(Edm.String)',
  },
  wirechief_ExplainedCriterion: {
    Criterion: 'Edm.String',
    Required: 'Edm.String',
    Actual: 'Edm.String',
    IsMet: 'Edm.Boolean',
  },
  wirechief_ExplainedTry: {
    On: 'Edm.DateTimeOffset',
    Outcome: 'Edm.String',
    Criterion: 'Edm.String',
    Required: 'Edm.String',
    Actual: 'Edm.String',
  },
};
