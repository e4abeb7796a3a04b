/** The refusals of what is asked about many rows at once, duplicates and bulk jobs: a part of the catalogue. */
export const dataRefusals = {
  duplicateFound: {
    status: 412,
    code: '0x80040333',
    message: 'A record was not created or updated because a duplicate of the current record already exists.',
    source: 'webapi.md §4',
  },
} as const;
