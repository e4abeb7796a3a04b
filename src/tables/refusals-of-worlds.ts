/** What a world cannot lose: entries of the catalogue in refusals.ts. */
export const worldRefusals = {
  administratorRoleKept: {
    status: 400,
    code: '0x80041d2e',
    message: 'The System Administrator Role cannot be deleted.',
    source: 'published error codes, CannotDeleteSysAdmin',
  },
  lastAdministratorDisabled: {
    status: 400,
    code: '0x80041d2f',
    message: 'A user cannot be disabled if they are the only user that has the System Administrator Role.',
    source: 'published error codes, CannotDisableSysAdmin',
  },
  lastAdministratorRemoved: {
    status: 400,
    code: '0x80041d30',
    message:
      'A user cannot be removed from the System Administrator Role if they are the only user that has the role.',
    source: 'published error codes, CannotRemoveFromSysAdmin',
  },
  specialUser: {
    status: 400,
    code: '0x80041d33',
    message: "No modifications to the 'SYSTEM' or 'INTEGRATION' user are permitted.",
    source: 'published error codes, CannotModifySpecialUser',
  },
  userEnabled: {
    status: 400,
    code: '0x80040203',
    message: 'The user {0} is enabled: set isdisabled to true before deleting a user.',
    source: 'published documentation, delete a user; the code is not published',
  },
} as const;
