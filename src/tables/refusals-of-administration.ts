/** What is kept to those who administer a server: entries of the catalogue in refusals.ts. */
export const administrationRefusals = {
  administratorsOnly: {
    status: 403,
    code: '0x80040220',
    message: 'Only a user with the role System Administrator may see this.',
    source: 'own: the request log, the clock, the lint',
  },
  developmentOnly: {
    status: 403,
    code: '0x80040220',
    message: 'The clock can be moved in development only: {0}',
    source: 'own: the clock',
  },
} as const;
