import type { Member, Operation } from './operations.ts';

const takes = (members: Readonly<Record<string, string>>): readonly Member[] =>
  Object.entries(members).map(([name, type]) =>
    type.endsWith('!') ? { name, type: type.slice(0, -1), required: true } : { name, type },
  );

type Kind = Pick<Operation, 'kind' | 'bound'>;

const served = (
  kind: Kind,
  parameters: Readonly<Record<string, string>>,
  returns?: Operation['returns'],
): Operation => ({
  ...kind,
  served: true,
  parameters: takes(parameters),
  ...(returns ? { returns } : {}),
});

const action: Kind = { kind: 'action', bound: null };
const fn: Kind = { kind: 'function', bound: null };

/** Files of notes and attachments by blocks: webapi.md §15. */
const bodies = Object.entries({ Annotation: 'AnnotationId', Attachment: 'ActivityMimeAttachmentId' }).flatMap(
  ([name, id]): [string, Operation][] => {
    const [Target, FileContinuationToken] = ['mscrm.crmbaseentity!', 'Edm.String!'];
    const begun = { FileContinuationToken };
    return [
      [`Initialize${name}BlocksUpload`, served(action, { Target }, takes(begun))],
      [
        `Commit${name}BlocksUpload`,
        served(
          action,
          { Target, BlockList: 'Collection(Edm.String)!', FileContinuationToken },
          takes({ [id]: 'Edm.Guid!', FileSizeInBytes: 'Edm.Int32!' }),
        ),
      ],
      [
        `Initialize${name}BlocksDownload`,
        served(
          action,
          { Target },
          takes({ ...begun, FileName: 'Edm.String', FileSizeInBytes: 'Edm.Int32!' }),
        ),
      ],
    ];
  },
);

/** Messages about the rows of a table as a whole: which repeat each other, what money is worth, deleting many.
 *  Source: webapi.md §2, §11, §12; published Web API action and function reference. */
export const dataOperations: readonly (readonly [string, Operation])[] = [
  ...bodies,
  ['PublishDuplicateRule', served({ kind: 'action', bound: 'duplicaterule' }, {}, 'mscrm.asyncoperation')],
  ['UnpublishDuplicateRule', served(action, { DuplicateRuleId: 'Edm.Guid!' })],
  [
    'BulkDelete',
    served(
      action,
      {
        ...{ QuerySet: 'Collection(mscrm.QueryExpression)!', JobName: 'Edm.String!' },
        ...{ SendEmailNotification: 'Edm.Boolean!', StartDateTime: 'Edm.DateTimeOffset!' },
        ...{
          ToRecipients: 'Collection(mscrm.activityparty)!',
          CCRecipients: 'Collection(mscrm.activityparty)!',
        },
        ...{ RecurrencePattern: 'Edm.String!', SourceImportId: 'Edm.Guid', RunNow: 'Edm.Boolean' },
      },
      takes({ JobId: 'Edm.Guid!' }),
    ),
  ],
  [
    'RetrieveLocLabels',
    served(
      fn,
      {
        ...{ EntityMoniker: 'mscrm.crmbaseentity!', AttributeName: 'Edm.String!' },
        IncludeUnpublished: 'Edm.Boolean!',
      },
      takes({ Label: 'mscrm.Label' }),
    ),
  ],
  [
    'SetLocLabels',
    served(action, {
      ...{ EntityMoniker: 'mscrm.crmbaseentity!', AttributeName: 'Edm.String!' },
      Labels: 'Collection(mscrm.LocalizedLabel)!',
    }),
  ],
  [
    'CalculateRollupField',
    served(fn, { Target: 'mscrm.crmbaseentity!', FieldName: 'Edm.String!' }, 'mscrm.crmbaseentity'),
  ],
  [
    'RetrieveExchangeRate',
    served(fn, { TransactionCurrencyId: 'Edm.Guid!' }, takes({ ExchangeRate: 'Edm.Decimal!' })),
  ],
  [
    'RetrieveDuplicates',
    served(
      fn,
      {
        BusinessEntity: 'mscrm.crmbaseentity!',
        MatchingEntityName: 'Edm.String!',
        PagingInfo: 'mscrm.PagingInfo',
      },
      'Collection(mscrm.crmbaseentity)',
    ),
  ],
];
