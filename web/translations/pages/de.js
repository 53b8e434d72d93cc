// The sentences of en.js in German.
export default {
  'page.skip': 'Zum Inhalt',
  'page.nav': 'Seiten',
  'page.sign_up': 'Registrieren',
  'page.log_in': 'Anmelden',
  'page.account': 'Konto',
  'page.language': 'Sprache',
  'page.self_hosted': 'Selbst betrieben: Nichts auf dieser Seite spricht mit jemand anderem als diesem Server.',

  'start.page_title': 'Visage: Anmelden mit dem Gesicht',
  'start.description': 'Registrieren und Anmelden mit dem Gesicht, vom eigenen Team betrieben.',
  'start.title': 'Mit dem Gesicht anmelden, auf dem eigenen Server.',
  'start.pitch':
    'Fünf Bilder zum Registrieren, ein Blick zum Anmelden. Ihr Gesicht bleibt auf diesem Server und geht nirgendwo '
    + 'sonst hin.',
  'start.how_title': 'So geht es',
  'start.pictures_title': 'Fünf Bilder, jedes mit einer kleinen Drehung',
  'start.pictures':
    'Nach vorn, links, rechts, oben und unten: Die Seite sagt Ihnen wie und nimmt jedes Bild von selbst auf, in etwa '
    + '15 Sekunden.',
  'start.glance_title': 'Ein Blick zum Anmelden',
  'start.glance': 'Schauen Sie in die Kamera. Der Server weiß, wer Sie sind, oder sagt, dass er es nicht weiß.',
  'start.password_title': 'Nie ausgesperrt',
  'start.password': 'Keine Kamera, kein Licht, kein Glück? Ihr Passwort ist immer einen Klick entfernt.',
  'start.yours_title': 'Ihr Gesicht gehört Ihnen',
  'start.here_title': 'Es bleibt hier',
  'start.here':
    'Die Bilder und die Zahlen, die daraus berechnet werden, bleiben auf diesem Server, und niemand sonst bekommt sie.',
  'start.look_title': 'Sie sehen, was gespeichert ist',
  'start.look': 'Ihre Kontoseite zeigt jedes gespeicherte Bild und gibt Ihnen eine Kopie mit.',
  'start.erase_title': 'Sie können es löschen',
  'start.erase': 'Nur Ihr Gesicht oder das ganze Konto, jederzeit und ohne jemanden zu fragen.',

  'signup_page.page_title': 'Registrieren · Visage',
  'signup_page.description': 'Legen Sie ein Konto mit Ihrem Gesicht an.',
  'signup_page.title': 'Registrieren',
  'signup_page.lead': 'Ein Name, ein Passwort und fünf Bilder, jedes mit einer kleinen Drehung.',
  'signup_page.first': 'Wählen Sie Namen und Passwort. Das Passwort lässt Sie ein, wenn die Kamera es nicht kann.',
  'signup_page.second':
    'Schauen Sie in die Kamera und folgen Sie den Hinweisen. Jedes Bild entsteht von selbst; alle fünf dauern etwa 15 '
    + 'Sekunden.',
  'signup_page.third':
    'Sehen Sie Ihre Bilder an, nehmen Sie neu auf, was Ihnen nicht gefällt, und bestätigen Sie. Erst dann werden sie '
    + 'gespeichert.',

  'login_page.page_title': 'Anmelden · Visage',
  'login_page.description': 'Melden Sie sich mit Ihrem Gesicht oder Ihrem Passwort an.',
  'login_page.title': 'Anmelden',
  'login_page.lead': 'Schauen Sie in die Kamera. Das ist alles.',
  'login_page.first':
    'Hinweise führen Sie ins Oval, und ein einziges Bild entsteht, sobald Ihr Gesicht gut zu sehen ist.',
  'login_page.second': 'Die Kamera geht sofort wieder aus, und das Bild wird nicht gespeichert.',
  'login_page.third': 'Keine Kamera oder keine Lust? Nehmen Sie Ihr Passwort.',
  'login_page.lead_challenge': 'Schauen Sie in die Kamera, dann bewegen Sie sich wie gewünscht.',
  'login_page.first_challenge':
    'Hinweise helfen Ihnen ins Oval. Dann werden drei Bewegungen verlangt, etwa eine Drehung des Kopfes.',
  'login_page.second_challenge': 'Die Kamera geht sofort wieder aus, und die Bilder werden nicht gespeichert.',

  'account_page.page_title': 'Konto · Visage',
  'account_page.description': 'Ansehen, erneuern, mitnehmen oder löschen, was von Ihnen gespeichert ist.',
  'account_page.title': 'Konto',
  'account_page.lead': 'Was von Ihnen gespeichert ist und was Sie damit tun können.',

  'reset_page.page_title': 'Neues Passwort · Visage',
  'reset_page.description': 'Ein neues Passwort wählen, mit einem Link, der einmal gilt.',
  'reset_page.title': 'Neues Passwort',
  'reset_page.lead': 'Sie kommen über einen Link, der ein einziges Mal gilt.',

  'authorize_page.page_title': 'Anmelden · Visage',
  'authorize_page.description': 'Bei einer Anwendung anmelden.',

  'logout_page.page_title': 'Abmelden · Visage',
  'logout_page.description': 'Von allen Anwendungen abmelden.',

  'account.nobody_title': 'Niemand ist angemeldet',
  'account.nobody': 'Melden Sie sich an, um Ihr Konto zu sehen.',
  'account.session_over': 'Ihre Sitzung ist abgelaufen. Melden Sie sich wieder an, um Ihr Konto zu sehen.',
  'account.logged_out': 'Sie sind abgemeldet.',
  'account.logged_out_everywhere': 'Sie sind abgemeldet, hier und überall sonst.',
  'account.log_out': 'Abmelden',
  'account.trouble_title': 'Ihr Konto kann gerade nicht gezeigt werden',
  'account.cancel': 'Abbrechen',
  'account.back': 'Zurück zu meinem Konto',

  'account.logged_in': 'Angemeldet',
  'account.by_face': 'Mit dem Gesicht, {when}',
  'account.by_password': 'Mit dem Passwort, {when}',
  'account.by_passkey': 'Mit Ihrem Passkey, {when}',
  'account.by_both': 'Mit Gesicht und Passkey, {when}',
  'account.no_email': 'Nicht angegeben',

  'account.pictures_title': 'Bilder Ihres Gesichts',
  'account.pictures_locked':
    'Um sie zu sehen, werden Sie nach Ihrem Passwort gefragt: Niemand sonst soll sie zu sehen bekommen.',
  'account.pictures_show': 'Meine Bilder zeigen',
  'account.pictures_none': 'Es sind keine Bilder Ihres Gesichts gespeichert. Sie melden sich mit dem Passwort an.',
  'account.pictures_outdated':
    'Gesichter werden jetzt auf neue Art erkannt, und Ihres braucht dafür neue Bilder. Ihr Passwort gilt wie bisher.',
  'account.pictures_vectors':
    'Gespeichert sind nur Zahlen, die aus Ihren Bildern berechnet wurden, nicht die Bilder selbst.',
  'account.picture': 'Gespeichertes Bild {number}: {pose}',
  'account.stored': 'Gespeichert',
  'account.consent': 'Ihre Einwilligung',
  'account.consent_given': 'Fassung {version}, {when}',
  'account.first': 'Bilder aufnehmen',
  'account.renew': 'Neue Bilder aufnehmen',
  'account.renewed': 'Ihre neuen Bilder sind gespeichert. Die früheren sind gelöscht.',
  'account.download': 'Kopie herunterladen',
  'account.downloaded': 'Ihre Kopie liegt als {file} bei Ihren Downloads.',
  'account.erase_face': 'Mein Gesicht löschen',
  'account.erase_face_title': 'Ihr Gesicht löschen?',
  'account.erase_face_lead':
    'Die Bilder und die Zahlen, die daraus berechnet wurden, werden endgültig gelöscht. Ihr Konto bleibt, und Ihr '
    + 'Passwort gilt.',
  'account.face_erased': 'Ihr Gesicht ist gelöscht. Von nun an melden Sie sich mit dem Passwort an.',

  'account.password_title': 'Passwort',
  'account.new_password': 'Neues Passwort',
  'account.change_password': 'Passwort ändern',
  'account.password_changed': 'Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.',
  'account.passkeys_title': 'Ihre Passkeys',
  'account.passkeys_lead':
    'Mit einem Passkey melden Sie sich mit Fingerabdruck, Gesicht oder PIN Ihres eigenen Geräts an. Er gilt nur '
    + 'auf dieser Website, deshalb kann ihn Ihnen niemand entlocken.',
  'account.passkeys_none': 'Sie haben noch keine Passkeys.',
  'account.passkey_add': 'Passkey hinzufügen',
  'account.passkey_added': 'Ihr Passkey ist hinzugefügt.',
  'account.passkey_made': 'Hinzugefügt: {when}.',
  'account.passkey_used': 'Zuletzt verwendet: {when}.',
  'account.passkey_unused': 'Noch nicht verwendet.',
  'account.passkey_rename': 'Umbenennen',
  'account.passkey_rename_title': 'Passkey umbenennen',
  'account.passkey_rename_lead': 'Wählen Sie einen Namen, an dem Sie das Gerät erkennen.',
  'account.passkey_name': 'Name des Passkeys',
  'account.passkey_nameless': 'Geben Sie einen Namen ein.',
  'account.passkey_save': 'Speichern',
  'account.passkey_remove': 'Entfernen',
  'account.passkey_remove_title': 'Den Passkey „{name}“ entfernen?',
  'account.passkey_remove_lead':
    'Sie können sich dann nicht mehr damit anmelden. Löschen Sie ihn auch auf Ihrem Gerät.',
  'account.passkey_removed': 'Der Passkey „{name}“ ist entfernt.',

  'account.sessions_title': 'Wo Sie angemeldet sind',
  'account.sessions_lead':
    'Ein Gerät verloren oder irgendwo stehen gelassen? Beenden Sie Ihre Sitzungen auf allen Geräten, auch auf '
    + 'diesem. Was anderswo offen ist, geht vielleicht noch ein paar Minuten.',
  'account.log_out_everywhere': 'Überall abmelden',

  'account.erase_title': 'Das ganze Konto',
  'account.erase_lead': 'Ihr Konto, Ihre Bilder und alles, was daraus berechnet wurde, werden endgültig gelöscht.',
  'account.erase': 'Mein Konto löschen',
  'account.erase_question': 'Ihr Konto löschen?',
  'account.erase_type': 'Zur Bestätigung {username} eingeben',
  'account.erase_mismatch': 'Das ist nicht {username}.',
  'account.goodbye_title': 'Auf Wiedersehen, {name}',
  'account.goodbye': 'Ihr Konto und alles, was von Ihnen gespeichert war, sind gelöscht.',

  'account.confirm_title': 'Geben Sie Ihr Passwort ein',
  'account.confirm_lead': 'Damit wir wissen, dass Sie es sind, {name}.',
  'account.confirm': 'Weiter',
  'account.wrong_password': 'Das ist nicht das Passwort dieses Kontos.',

  'reset.title': 'Wählen Sie ein neues Passwort',
  'reset.lead': 'Es gilt sofort, und alle Ihre Sitzungen enden.',
  'reset.changed_title': 'Ihr neues Passwort gilt',
  'reset.changed': 'Sie sind überall abgemeldet. Melden Sie sich jetzt damit an.',
  'reset.unusable_title': 'Kein neues Passwort mit diesem Link',

  'authorize.login_title': 'Bei {application} anmelden',
  'authorize.back': 'Zurück zu {application}',
  'authorize.no_account': 'Noch kein Konto?',
  'authorize.sign_up': 'In einem neuen Tab registrieren',
  'authorize.no_cookies':
    'Ihr Browser blockiert Cookies. Erlauben Sie sie für diese Seite: Ohne sie kann die Anwendung Sie nicht anmelden.',
  'authorize.not_enough':
    'Diese Anmeldung genügt {application} nicht. Melden Sie sich noch einmal an: auf andere Weise oder mit einem '
    + 'anderen Konto.',
  'authorize.consent_title': '{application} möchte Sie als {user} anmelden',
  'authorize.consent_lead': 'Wenn Sie zustimmen, kann {application}:',
  'authorize.openid': 'wissen, dass Sie es sind',
  'authorize.profile': 'Ihren Namen und Ihren Benutzernamen sehen',
  'authorize.email': 'Ihre E-Mail-Adresse sehen',
  'authorize.face': 'sehen, ob und seit wann Ihr Gesicht erfasst ist, aber nie ein Bild',
  'authorize.offline_access': 'Sie angemeldet lassen, während Sie weg sind',
  'authorize.allow': 'Erlauben',
  'authorize.refuse': 'Ablehnen',

  'authorize.refused_title': 'Diese Anmeldung kann nicht weitergehen',
  'authorize.unknown_application': 'Die Anwendung, von der Sie kommen, ist diesem Dienst nicht bekannt.',
  'authorize.wrong_address':
    'Die Anwendung, von der Sie kommen, hat eine Adresse genannt, die für sie nicht eingetragen ist.',
  'authorize.wrong_request': 'Die Anwendung, von der Sie kommen, hat eine fehlerhafte Anfrage gestellt.',
  'authorize.unmet': 'Die Anwendung verlangt eine Art der Anmeldung, die dieser Dienst nicht anbietet.',
  'authorize.back_to_application': 'Zurück zur Anwendung',
  'authorize.developers': 'Für die Entwickler der Anwendung:',

  'openid.leaving_title': 'Einen Moment…',
  'openid.leaving': 'Wenn diese Seite stehen bleibt, gehen Sie von Hand weiter.',
  'openid.go_on': 'Weiter',
  'openid.trouble_title': 'Das geht gerade nicht',

  'logout.title': 'Abmelden?',
  'logout.lead':
    'Ihre Anmeldung endet bei Visage. Anwendungen, in denen Sie noch angemeldet sind, bleiben vielleicht '
    + 'offen: Melden Sie sich auch dort ab.',
  'logout.stay': 'Angemeldet bleiben',
  'logout.done_title': 'Sie sind abgemeldet',
  'logout.done': 'Sie können diese Seite schließen oder sich wieder anmelden.',
}
