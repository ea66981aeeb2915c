/** What the user can repair: the message says what is wrong, where, and what to write instead. */
export class UserError extends Error {
  override readonly name = 'UserError';
}
