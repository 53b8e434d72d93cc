// Every sentence of the demo pages and of the account page, in English. `{name}` is filled in by text.js.
// What the HTML of a page says is the same, so that it can be read before a script has run.
export default {
  'page.skip': 'Skip to the content',
  'page.nav': 'Pages',
  'page.sign_up': 'Sign up',
  'page.log_in': 'Log in',
  'page.account': 'Account',
  'page.language': 'Language',
  'page.self_hosted': 'Self-hosted: nothing on this page talks to anybody but this server.',

  'start.page_title': 'Visage: log in with your face',
  'start.description': 'Face sign-up and login that a team hosts itself.',
  'start.title': 'Log in with your face, on your own server.',
  'start.pitch':
    'Five pictures to sign up, one glance to log in. Your face stays on this server and goes nowhere else.',
  'start.how_title': 'How it works',
  'start.pictures_title': 'Five pictures, a slight turn each',
  'start.pictures':
    'Ahead, left, right, up and down: the page tells you how and takes each picture by itself, in about 15 seconds.',
  'start.glance_title': 'One glance to log in',
  'start.glance': 'Look into the camera. The server knows who you are, or says that it does not.',
  'start.password_title': 'Never locked out',
  'start.password': 'No camera, no light, no luck? Your password is always one click away.',
  'start.yours_title': 'Your face is yours',
  'start.here_title': 'It stays here',
  'start.here': 'Pictures, and the numbers computed from them, are kept on this server and given to nobody.',
  'start.look_title': 'You see what is kept',
  'start.look': 'Your account page shows every stored picture, and lets you take a copy with you.',
  'start.erase_title': 'You can have it erased',
  'start.erase': 'Your face alone or the whole account, at any time, without asking anybody.',

  'signup_page.page_title': 'Sign up · Visage',
  'signup_page.description': 'Create an account with your face.',
  'signup_page.title': 'Sign up',
  'signup_page.lead': 'A name, a password and five pictures, a slight turn each.',
  'signup_page.first': 'Choose a name and a password. The password lets you in whenever the camera does not.',
  'signup_page.second':
    'Look into the camera and follow the hints. Each picture is taken by itself; all five take about 15 seconds.',
  'signup_page.third':
    'Look at your pictures, take again what you do not like, and confirm. Only then are they kept.',

  'login_page.page_title': 'Log in · Visage',
  'login_page.description': 'Log in with your face or your password.',
  'login_page.title': 'Log in',
  'login_page.lead': 'Look into the camera. That is all.',
  'login_page.first': 'Hints help you into the oval, and one picture is taken as soon as your face is clear.',
  'login_page.second': 'The camera goes off again at once, and the picture is not kept.',
  'login_page.third': 'No camera, or not in the mood? Use your password.',
  'login_page.lead_challenge': 'Look into the camera, then move as you are asked.',
  'login_page.first_challenge':
    'Hints help you into the oval. Then three movements are asked for, such as a turn of the head.',
  'login_page.second_challenge': 'The camera goes off again at once, and the pictures are not kept.',

  'account_page.page_title': 'Account · Visage',
  'account_page.description': 'See, renew, take along or erase what is kept of you.',
  'account_page.title': 'Account',
  'account_page.lead': 'What is kept of you, and what you can do about it.',

  'reset_page.page_title': 'New password · Visage',
  'reset_page.description': 'Choose a new password by a one-time link.',
  'reset_page.title': 'New password',
  'reset_page.lead': 'You came by a link that works once.',

  'authorize_page.page_title': 'Log in · Visage',
  'authorize_page.description': 'Log in to an application.',

  'logout_page.page_title': 'Log out · Visage',
  'logout_page.description': 'Log out of all applications.',

  'account.nobody_title': 'Nobody is logged in',
  'account.nobody': 'Log in to see your account.',
  'account.session_over': 'Your session has ended. Log in again to see your account.',
  'account.logged_out': 'You are logged out.',
  'account.logged_out_everywhere': 'You are logged out, here and everywhere else.',
  'account.log_out': 'Log out',
  'account.trouble_title': 'Your account cannot be shown right now',
  'account.cancel': 'Cancel',
  'account.back': 'Back to my account',

  'account.logged_in': 'Logged in',
  'account.by_face': 'With your face, {when}',
  'account.by_password': 'With your password, {when}',
  'account.no_email': 'None given',

  'account.pictures_title': 'Pictures of your face',
  'account.pictures_locked': 'Enter your password to see them.',
  'account.pictures_show': 'Show my pictures',
  'account.pictures_none': 'No pictures of your face are kept. You log in with your password.',
  'account.pictures_outdated':
    'Faces are recognised in a new way now, and yours needs new pictures for it. Your password works as before.',
  'account.pictures_vectors':
    'Only numbers that were computed from your pictures are kept, not the pictures themselves.',
  'account.picture': 'Stored picture {number}: {pose}',
  'account.stored': 'Stored',
  'account.consent': 'Your consent',
  'account.consent_given': 'Version {version}, {when}',
  'account.first': 'Take pictures',
  'account.renew': 'Take new pictures',
  'account.renewed': 'Your new pictures are stored. The earlier ones are erased.',
  'account.download': 'Download a copy',
  'account.downloaded': 'Your copy is in {file}, among your downloads.',
  'account.erase_face': 'Erase my face',
  'account.erase_face_title': 'Erase your face?',
  'account.erase_face_lead':
    'The pictures, and the numbers computed from them, are erased for good. Your account stays, and your '
    + 'password works.',
  'account.face_erased': 'Your face is erased. You log in with your password from now on.',

  'account.password_title': 'Password',
  'account.new_password': 'New password',
  'account.change_password': 'Change password',
  'account.password_changed': 'Your password is changed. Everywhere else you are logged out.',

  'account.sessions_title': 'Where you are logged in',
  'account.sessions_lead':
    'Lost a device, or left one behind? End your sessions on all of them, this one too. '
    + 'What is open elsewhere may work for a few minutes more.',
  'account.log_out_everywhere': 'Log out everywhere',

  'account.erase_title': 'The whole account',
  'account.erase_lead': 'Your account, your pictures and all that was computed from them are erased for good.',
  'account.erase': 'Erase my account',
  'account.erase_question': 'Erase your account?',
  'account.erase_type': 'Type {username} to confirm',
  'account.erase_mismatch': 'That is not {username}.',
  'account.goodbye_title': 'Goodbye, {name}',
  'account.goodbye': 'Your account and all that was kept of you are erased.',

  'account.confirm_title': 'Enter your password',
  'account.confirm_lead': 'So that we know it is you, {name}.',
  'account.confirm': 'Continue',
  'account.wrong_password': 'That is not the password of this account.',

  'reset.title': 'Choose a new password',
  'reset.lead': 'It counts at once, and every session of yours ends.',
  'reset.changed_title': 'Your new password is set',
  'reset.changed': 'You are logged out everywhere. Log in with it now.',
  'reset.unusable_title': 'No new password by this link',

  'authorize.login_title': 'Log in to {application}',
  'authorize.back': 'Back to {application}',
  'authorize.no_account': 'No account yet?',
  'authorize.sign_up': 'Sign up in another tab',
  'authorize.no_cookies':
    'Your browser blocks cookies. Allow them for this page: the application cannot log you in without them.',
  'authorize.not_enough':
    'That login is not enough for {application}. Log in again, in another way or with another account.',
  'authorize.consent_title': '{application} wants to log you in as {user}',
  'authorize.consent_lead': 'If you allow it, {application} can:',
  'authorize.openid': 'know that it is you',
  'authorize.profile': 'see your name and your user name',
  'authorize.email': 'see your email address',
  'authorize.face': 'see whether your face is enrolled, and since when, but never a picture',
  'authorize.offline_access': 'keep you logged in while you are away',
  'authorize.allow': 'Allow',
  'authorize.refuse': 'Refuse',

  'authorize.refused_title': 'This login cannot go on',
  'authorize.unknown_application': 'The application that sent you here is not known to this service.',
  'authorize.wrong_address': 'The application that sent you here gave an address that is not registered for it.',
  'authorize.wrong_request': 'The application that sent you here made a request that is not right.',
  'authorize.unmet': 'The application requires a kind of login that this service does not offer.',
  'authorize.back_to_application': 'Back to the application',
  'authorize.developers': 'For the developers of the application:',

  'openid.leaving_title': 'One moment…',
  'openid.leaving': 'If this page stays, continue by hand.',
  'openid.go_on': 'Continue',
  'openid.trouble_title': 'This does not work right now',

  'logout.title': 'Log out?',
  'logout.lead':
    'Your login ends here and everywhere you used it. What is open elsewhere may work for a few minutes more.',
  'logout.stay': 'Stay logged in',
  'logout.done_title': 'You are logged out',
  'logout.done': 'You can close this page, or log in again.',
}
