/** What each kind of event of the audit means, in the order in which they are offered. */
export const EVENTS = {
  face_login: 'Login by face',
  password_login: 'Login by password',
  passkey_login: 'Login by passkey',
  liveness_refused: 'Refused by the liveness check',
  sign_up: 'Sign-up',
  re_enrolment: 'New pictures of the face',
  face_erased: 'Face erased',
  images_erased: 'Pictures erased',
  account_erased: 'Account erased',
  export: 'Own data read or downloaded',
  password_changed: 'Password changed',
  password_reset: 'Password set by a link',
  password_set: 'Password set by an operator',
  link_made: 'Password link made',
  link_withdrawn: 'Password link withdrawn',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  passkey_copied: 'Copied passkey refused',
  logged_out_everywhere: 'Logged out everywhere',
  logged_out: 'Logged out by an operator',
  session_reused: 'Used refresh token sent again',
  openid_login: 'Login to an application',
  openid_consent: 'Application allowed',
  openid_logout: 'Logout from an application',
  code_reused: 'Used authorization code sent again',
  invited: 'Invitation made',
  invitation_withdrawn: 'Invitation withdrawn',
  dispute_raised: 'Dispute raised',
  dispute_decided: 'Dispute decided',
  key_rotated: 'Keys rotated',
  key_retired: 'Keys removed',
  client_added: 'Application added',
  client_secret_rotated: 'Secret of an application changed',
  client_removed: 'Application removed',
  index_rebuilt: 'Index rebuilt',
  index_measured: 'Recall of the index measured',
  operator_added: 'Operator added',
  operator_removed: 'Operator removed',
  console_opened: 'Console opened',
  console_viewed: 'Console viewed',
  console_refused: 'Act at the console refused',
  console_left: 'Console left',
  audit_pruned: 'Old events deleted',
  import: 'Imported',
  bulk_export: 'Everybody exported',
  reembedded: 'Templates computed anew',
  images_rotated: 'Pictures encrypted anew',
  retention: 'Inactive accounts and pictures erased',
  backed_up: 'Backup made',
  restored: 'Backup restored',
  repaired: 'Inconsistencies repaired',
  migrated_down: 'Database migrated down',
}

/** The meaning of an event; of one that this page does not know, its name. */
export function wordsOf(event) {
  return EVENTS[event] ?? event
}

/** Outcome and details of an event in a line, without the operator. */
export function detailsOf({ outcome, details }) {
  const more = Object.entries(details).filter(([name]) => name !== 'operator').map(([name, value]) => `${name} ${value}`)
  return [outcome?.replaceAll('_', ' '), ...more].filter(Boolean).join(', ') || null
}
